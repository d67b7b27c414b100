namespace Fathom.Devices.Cpu;

/// <summary>Ways to compute a dense or grouped convolution or one of its gradients.</summary>
internal enum ConvAlgorithm
{
    /// <summary>Every product of the definition.</summary>
    Direct,

    /// <summary>Winograd's F(3x3, 3x3): 25 products for 3 x 3 pixels in place of 81.</summary>
    Winograd3,

    /// <summary>Winograd's F(4x4, 3x3): 36 products for 4 x 4 pixels in place of 144.</summary>
    Winograd4,
}
