using Fathom.Autograd;
using Fathom.Nn;

namespace Fathom.Tests.Ops;

public static partial class GradCheckTable
{
    static IEnumerable<GradRow> Layers() =>
    [
        .. Forms("elu", x => x.Elu(0.7)), .. Forms("gelu", x => x.Gelu()), .. Forms("gelu by tanh", x => x.Gelu(tanh: true)), .. Forms("leaky relu", x => x.LeakyRelu(0.2)),
        .. Forms("silu", x => x.Silu()), .. Forms("softplus", x => x.Softplus(2)), .. Forms("softplus, cut", x => x.Softplus(1, 1.01)),
        Row("softmax", x => x.Softmax(-1), Real((2, 3))),
        Row("softmax over channels", x => x.Softmax(1), ChannelsLast(Real((1, 3, 2, 1)))),
        Row("log softmax", x => x.LogSoftmax(-1), Real((2, 3))),
        Row("log softmax over rows", x => x.LogSoftmax(0), Real((3, 2))),
        new("batch norm", t => Functional.BatchNorm(t[0], null, null, t[1], t[2], training: true), [Real((3, 5, 2, 2)), Real(5, 0.5, 1.5), Real(5)]),
        new("batch norm of channels-last images", t => Functional.BatchNorm(t[0], null, null, t[1], t[2], training: true), [ChannelsLast(Real((2, 3, 2, 3))), Real(3), Real(3)]),
        new("batch norm, rectified", t => Functional.BatchNorm(t[0], null, null, t[1], t[2], training: true, relu: true), [ChannelsLast(Real((2, 3, 2, 3))), Real(3, 0.5, 1.5), Real(3)]),
        new("batch norm plus residual", t => Functional.BatchNorm(t[0], null, null, t[1], t[2], training: true, residual: t[3]), [Real((2, 3, 2, 2)), Real(3, 0.5, 1.5), Real(3), Real((2, 3, 2, 2))]),
        new("batch norm plus residual, rectified", t => Functional.BatchNorm(t[0], null, null, t[1], t[2], training: true, residual: t[3], relu: true), [Real((2, 3, 2, 2)), Real(3, 0.5, 1.5), Real(3), ChannelsLast(Real((2, 3, 2, 2)))]),
        new("batch norm plus residual that broadcasts, rectified", t => Functional.BatchNorm(t[0], null, null, training: true, residual: t[1], relu: true), [Real((2, 3, 2, 2)), Real((3, 1, 1))]),
        new("batch norm with running statistics, rectified", t => Functional.BatchNorm(t[0], Tensor.Full(3, 0.1, DType.Float64), Tensor.Full(3, 0.7, DType.Float64), t[1], t[2], relu: true), [Real((2, 3, 2)), Real(3, 0.5, 1.5), Real(3)]),
        new("batch norm with running statistics, residual", t => Functional.BatchNorm(t[0], Tensor.Full(3, 0.1, DType.Float64), Tensor.Full(3, 0.7, DType.Float64), t[1], t[2], residual: t[3]), [Real((4, 3)), Real(3), Real(3), Real((4, 3))]),
        Row("batch norm of rows, not affine", x => Functional.BatchNorm(x, null, null, training: true), Real((4, 3))),
        new("linear", t => Functional.Linear(t[0], t[1], t[2]), [Real((3, 4)), Real((2, 4)), Real(2)]),
        new("linear over the last of three axes", t => Functional.Linear(t[0].Transpose(0, 1), t[1]), [Real((2, 3, 4)), Real((5, 4))]),
        Row("cross-entropy in one pass", x => Functional.CrossEntropy(x, Tensor.From(2L, 0, -100, 1)), Real((4, 3))),
        Row("cross-entropy in one pass, summed", x => Functional.CrossEntropy(x, Tensor.From(2L, 0, 4), reduction: Fathom.Nn.Reduction.Sum), Real((3, 5))),
        Row("binary cross-entropy", (x, t) => Functional.BinaryCrossEntropy(x, t), Real((2, 3), 0.2, 0.8), Real((2, 3), 0.1, 0.9)),
        new("conv2d", t => t[0].Conv2d(t[1], t[2]), [Real((1, 2, 3, 3)), Real((2, 2, 2, 2)), Real(2)]),
        new("conv2d, strided, padded, dilated, grouped, channels last", t => t[0].Conv2d(t[1], null, (2, 1), (1, 1), (1, 2), 2), [ChannelsLast(Real((1, 2, 3, 3))), Real((2, 1, 2, 2))]),
        new("conv transpose2d", t => t[0].ConvTranspose2d(t[1], t[2], 2, 1, 1), [Real((1, 2, 2, 2)), Real((2, 1, 3, 3)), Real(1)]),
        new("conv2d, rectified and pooled image by image", t => t[0].ConvMaxPool2d(new(2, 2, 5, 4, 3, 3, 3, PadH: 1, PadW: 1), new(2, 3, 5, 4, 2, 2, 2, 2), t[1], t[2]), [ChannelsLast(Real((2, 2, 5, 4))), Real((3, 2, 3, 3)), Real(3)]),
        Row("max pool", x => x.MaxPool2d(2, 1), Real((1, 2, 3, 3))),
        Row("max pool of rectified images", x => x.MaxPool2d(2, relu: true), ChannelsLast(Real((1, 3, 4, 5)))),
        Row("max pool of rectified images, overlapping", x => x.MaxPool2d(3, 2, 1, relu: true), Real((1, 2, 4, 5))),
        Row("gradient of max pool", x => Differentiate.Grad(x.MaxPool2d(2).Pow(3).Sum(), [x], createGraph: true)[0]!, Real((1, 1, 2, 4))),
        Row("max pool, padded, channels last", x => x.MaxPool2d((3, 2), 2, (1, 0)), ChannelsLast(Real((1, 2, 4, 4)))),
        Row("average pool", x => x.AvgPool2d(2, 1, 1, countPadding: false), Real((1, 1, 3, 3))),
        Row("average pool, channels last", x => x.AvgPool2d(2), ChannelsLast(Real((1, 2, 4, 2)))),
        Row("average pool, one pixel becomes four", x => x.AvgPool2d(2, 1, 1).Reshape(1, -1), Real((1, 3, 1, 1))),
        Row("adaptive average pool, one pixel becomes many", x => x.AdaptiveAvgPool2d((2, 3)).Reshape(2, -1), Real((2, 3, 1, 1))),
        Row("adaptive average pool", x => x.AdaptiveAvgPool2d((2, 3)), Real((1, 2, 3, 4))),
    ];
}
