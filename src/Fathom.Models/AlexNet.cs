using Fathom.Nn;

namespace Fathom.Models;

/// <summary>
/// AlexNet (Krizhevsky et al. 2012, "ImageNet classification with deep convolutional neural networks"; Dive into Deep Learning, 8.1): five convolutions,
/// large ones first, and three dense layers. torchvision's version has the channels of Krizhevsky 2014, "One weird trick for parallelizing convolutional
/// neural networks". 61,100,840 parameters for colour images of 224 x 224 and 1,000 classes.
/// </summary>
public sealed class AlexNet : ConvNet
{
    /// <summary>A network; image size and channels come from the first batch. Images need 63 pixels a side.</summary>
    /// <param name="classes">The number of classes.</param>
    /// <param name="learningRate">The step size of gradient descent.</param>
    /// <param name="style">Torchvision's version, or the course's: more channels, no averaging to 6 x 6 before the dense layers, started by Xavier's rule.</param>
    /// <param name="width">A factor of all channels, and of the 4,096 units of the dense layers.</param>
    public AlexNet(int classes = 10, double learningRate = 0.01, ModelStyle style = ModelStyle.Torchvision, double width = 1) : base(learningRate)
    {
        int hidden = 4096.Scaled(width);
        if (style.IsCourse)
        {
            Net = new Sequential(
            [
                .. Convolutions(style, width, [96, 256, 384, 384, 256], firstPadding: 1), new Flatten(),
                Dense(hidden), new ReLU(), new Dropout(0.5), Dense(hidden), new ReLU(), new Dropout(0.5), Dense(classes),
            ]);
            return;
        }
        Add("features", new Sequential(Convolutions(style, width, [64, 192, 384, 256, 256], firstPadding: 2)));
        Add("avgpool", new AdaptiveAvgPool2d(6));
        Add("flatten", new Flatten());
        Add("classifier", new Sequential(new Dropout(0.5), Dense(hidden), new ReLU(), new Dropout(0.5), Dense(hidden), new ReLU(), Dense(classes)));
    }

    static Module[] Convolutions(ModelStyle style, double width, int[] channels, int firstPadding)
    {
        return
        [
            Conv(0, kernel: 11, stride: 4, padding: firstPadding), new ReLU(), new MaxPool2d(3, stride: 2),
            Conv(1, kernel: 5, stride: 1, padding: 2), new ReLU(), new MaxPool2d(3, stride: 2),
            Conv(2, kernel: 3, stride: 1, padding: 1), new ReLU(),
            Conv(3, kernel: 3, stride: 1, padding: 1), new ReLU(),
            Conv(4, kernel: 3, stride: 1, padding: 1), new ReLU(), new MaxPool2d(3, stride: 2),
        ];

        Conv2d Conv(int i, int kernel, int stride, int padding) => new(channels[i].Scaled(width), kernel, stride, padding, init: style.ConvInit);
    }

    static Linear Dense(int outputs) => new(outputs, init: Init.XavierUniform());
}
