using Fathom.Data;
using Fathom.Nn;

namespace Fathom.Models;

/// <summary>
/// GoogLeNet (Szegedy et al. 2015, "Going deeper with convolutions", table 1; Dive into Deep Learning, 8.4): nine <see cref="Inception"/> blocks.
/// 6,624,904 parameters for colour images and 1,000 classes, 13,004,888 with the two auxiliary classifiers.
/// </summary>
public sealed class GoogLeNet : ConvNet
{
    const double AuxiliaryWeight = 0.3;          // Szegedy et al. 2015, section 5
    readonly ModelStyle style;
    readonly double width;

    /// <summary>A network; image size and channels come from the first batch.</summary>
    /// <param name="classes">The number of classes.</param>
    /// <param name="learningRate">The step size of gradient descent.</param>
    /// <param name="auxiliary">Whether two classifiers stand on blocks 4a and 4d, whose losses help while training. Not in the course's version.</param>
    /// <param name="style">Torchvision's version, or the course's: no batch normalisation, so convolutions have biases, and started by Xavier's rule.</param>
    /// <param name="width">A factor of all channels.</param>
    /// <exception cref="ArgumentException">Auxiliary classifiers in the course's version, which has none.</exception>
    public GoogLeNet(int classes = 10, double learningRate = 0.01, bool auxiliary = false, ModelStyle style = ModelStyle.Torchvision, double width = 1) : base(learningRate)
    {
        (this.style, this.width) = (style, width);
        if (style.IsCourse)
        {
            if (auxiliary) throw new ArgumentException("The course's GoogLeNet has no auxiliary classifiers: take ModelStyle.Torchvision.", nameof(auxiliary));
            Net = CourseChain(classes);
            return;
        }
        foreach ((string name, Module part) in TorchvisionChain(classes)) Add(name, part);
        if (!auxiliary) return;
        Aux1 = new(512.Scaled(width), classes, width);
        Aux2 = new(528.Scaled(width), classes, width);
    }

    /// <summary>The classifier on block 4a; null without auxiliary classifiers.</summary>
    public InceptionAux? Aux1 { get; set => field = Register(value); }

    /// <summary>The classifier on block 4d; null without auxiliary classifiers.</summary>
    public InceptionAux? Aux2 { get; set => field = Register(value); }

    (string Name, Module Module)[] TorchvisionChain(int classes) =>
    [
        ("conv1", new NormalizedConv(64.Scaled(width), kernel: 7, stride: 2, padding: 3)), ("maxpool1", Pool(3)),
        ("conv2", new NormalizedConv(64.Scaled(width), kernel: 1)), ("conv3", new NormalizedConv(192.Scaled(width), kernel: 3, padding: 1)), ("maxpool2", Pool(3)),
        .. Blocks3.Select((b, i) => ($"inception3{Letter(i)}", (Module)b)), ("maxpool3", Pool(3)),
        .. Blocks4.Select((b, i) => ($"inception4{Letter(i)}", (Module)b)), ("maxpool4", Pool(2)),
        .. Blocks5.Select((b, i) => ($"inception5{Letter(i)}", (Module)b)),
        ("avgpool", new AdaptiveAvgPool2d(1)), ("flatten", new Flatten()), ("dropout", new Dropout(0.2)), ("fc", new Linear(classes)),
    ];

    Sequential CourseChain(int classes) => new(
        new Sequential(Conv(64, kernel: 7, stride: 2, padding: 3), new ReLU(), Pool(3)),
        new Sequential(Conv(64, kernel: 1), new ReLU(), Conv(192, kernel: 3, padding: 1), new ReLU(), Pool(3)),
        new Sequential([.. Blocks3, Pool(3)]),
        new Sequential([.. Blocks4, Pool(3)]),
        new Sequential([.. Blocks5, new AdaptiveAvgPool2d(1), new Flatten()]),
        new Linear(classes, init: Init.XavierUniform()));

    Inception[] Blocks3 => [Block(64, (96, 128), (16, 32), 32), Block(128, (128, 192), (32, 96), 64)];

    Inception[] Blocks4 =>
    [
        Block(192, (96, 208), (16, 48), 64), Block(160, (112, 224), (24, 64), 64), Block(128, (128, 256), (24, 64), 64),
        Block(112, (144, 288), (32, 64), 64), Block(256, (160, 320), (32, 128), 128),
    ];

    Inception[] Blocks5 => [Block(256, (160, 320), (32, 128), 128), Block(384, (192, 384), (48, 128), 128)];

    Inception Block(int one, (int Reduce, int Out) three, (int Reduce, int Out) five, int pool) =>
        new(one.Scaled(width), (three.Reduce.Scaled(width), three.Out.Scaled(width)), (five.Reduce.Scaled(width), five.Out.Scaled(width)), pool.Scaled(width), style);

    Conv2d Conv(int channels, int kernel, int stride = 1, int padding = 0) => new(channels.Scaled(width), kernel, stride, padding, init: style.ConvInit);

    MaxPool2d Pool(int window) => style.IsCourse ? new(window, stride: 2, padding: 1) : new(window, stride: 2, ceilMode: true);

    static char Letter(int i) => (char)('a' + i);

    /// <summary>The loss of one training batch; auxiliary classifiers, if there are any, add 0.3 of theirs.</summary>
    public override Tensor TrainingStep(Batch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        if (Aux1 is null || Aux2 is null) return base.TrainingStep(batch);
        Tensor x = batch.Input;
        List<Tensor> auxiliary = [];
        foreach ((string name, Module part) in Children)
        {
            if (part is InceptionAux) continue;
            x = part.Call(x);
            if (name == "inception4a") auxiliary.Add(Loss(Aux1.Call(x), batch.Target));
            if (name == "inception4d") auxiliary.Add(Loss(Aux2.Call(x), batch.Target));
        }
        Tensor loss = Loss(x, batch.Target);
        Plot("loss", loss, train: true);
        return loss + AuxiliaryWeight * (auxiliary[0] + auxiliary[1]);
    }
}

/// <summary>A classifier beside the main one: averaging to 4 x 4, a 1x1 convolution, two dense layers (Szegedy et al. 2015, section 5).</summary>
public sealed class InceptionAux : Module
{
    /// <summary>A classifier. All its sizes are known, as evaluation does not call it.</summary>
    /// <param name="inputs">Input channels.</param>
    /// <param name="classes">The number of classes.</param>
    /// <param name="width">A factor of the 128 channels of the convolution and the 1,024 units of the dense layer.</param>
    public InceptionAux(int inputs, int classes, double width = 1)
    {
        int channels = 128.Scaled(width), hidden = 1024.Scaled(width);
        Conv = new(channels, kernel: 1, inputs: inputs);
        Fc1 = new(hidden, channels * 16);
        Fc2 = new(classes, hidden);
        Dropout = new(0.7);
    }

    /// <summary>The 1x1 convolution.</summary>
    public NormalizedConv Conv { get; set => field = Register(value); }

    /// <summary>The hidden layer.</summary>
    public Linear Fc1 { get; set => field = Register(value); }

    /// <summary>The layer of scores.</summary>
    public Linear Fc2 { get; set => field = Register(value); }

    /// <summary>Drops hidden units.</summary>
    public Dropout Dropout { get; set => field = Register(value); }

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x)
    {
        Tensor y = Conv.Call(x.AdaptiveAvgPool2d(4)).Reshape(x.Shape[0], -1);
        return Fc2.Call(Dropout.Call(Fc1.Call(y).Relu()));
    }
}
