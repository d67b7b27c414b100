using Fathom.Nn;

namespace Fathom.Models;

/// <summary>
/// The block of GoogLeNet (Szegedy et al. 2015, figure 2b): four ways through 1x1, 3x3 and larger convolutions and pooling, side by side, whose channels
/// are put together.
/// </summary>
public sealed class Inception : Module
{
    readonly Module[][] branches;
    readonly bool plain;

    /// <summary>A block. Its output has as many channels as the last numbers of the four branches together.</summary>
    /// <param name="one">Channels of the 1x1 convolution.</param>
    /// <param name="three">Channels of a 1x1 convolution and of the 3x3 convolution after it.</param>
    /// <param name="five">Channels of a 1x1 convolution and of the 5x5 convolution after it (3x3 in torchvision's version).</param>
    /// <param name="pool">Channels of the 1x1 convolution after 3x3 maximum pooling.</param>
    /// <param name="style">Torchvision's version with batch normalisation after each convolution, or the course's without.</param>
    public Inception(int one, (int Reduce, int Out) three, (int Reduce, int Out) five, int pool, ModelStyle style = ModelStyle.Torchvision)
    {
        plain = style.IsCourse;
        branches = plain
            ?
            [
                [Conv("b1_1", one, 1)],
                [Conv("b2_1", three.Reduce, 1), Conv("b2_2", three.Out, 3, padding: 1)],
                [Conv("b3_1", five.Reduce, 1), Conv("b3_2", five.Out, 5, padding: 2)],
                [Register(new MaxPool2d(3, stride: 1, padding: 1), "b4_1"), Conv("b4_2", pool, 1)],
            ]
            :
            [
                [Register(new NormalizedConv(one, 1), "branch1")],
                [Register(new Sequential(new NormalizedConv(three.Reduce, 1), new NormalizedConv(three.Out, 3, padding: 1)), "branch2")],
                [Register(new Sequential(new NormalizedConv(five.Reduce, 1), new NormalizedConv(five.Out, 3, padding: 1)), "branch3")],
                [Register(new Sequential(new MaxPool2d(3, stride: 1, padding: 1, ceilMode: true), new NormalizedConv(pool, 1)), "branch4")],
            ];
    }

    Conv2d Conv(string name, int channels, int kernel, int padding = 0) => Register(new Conv2d(channels, kernel, padding: padding, init: Init.XavierUniform()), name);

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => Tensor.Cat([.. branches.Select(b => Along(b, x))], axis: 1);

    Tensor Along(Module[] branch, Tensor x)
    {
        foreach (Module m in branch)
        {
            x = m.Call(x);
            if (plain && m is Conv2d) x = x.Relu();
        }
        return x;
    }
}

/// <summary>A convolution without bias, batch normalisation, ReLU: <c>conv.weight</c>, <c>bn.weight</c>, ...</summary>
public sealed class NormalizedConv : Module
{
    /// <summary>A layer.</summary>
    /// <param name="channels">Output channels.</param>
    /// <param name="kernel">The kernel's side.</param>
    /// <param name="stride">Input pixels between neighbouring outputs.</param>
    /// <param name="padding">Zeros on each side.</param>
    /// <param name="inputs">Input channels; null takes them from the first input.</param>
    public NormalizedConv(int channels, int kernel, int stride = 1, int padding = 0, int? inputs = null)
    {
        Conv = new(channels, kernel, stride, padding, bias: false, inputs: inputs, init: Init.KaimingNormal(fanOut: true));
        Bn = new(inputs is null ? null : channels, eps: 1e-3);
    }

    /// <summary>The convolution.</summary>
    public Conv2d Conv { get; set => field = Register(value); }

    /// <summary>Normalises it.</summary>
    public BatchNorm2d Bn { get; set => field = Register(value); }

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => Bn.CallRelu(Conv.Call(x));
}
