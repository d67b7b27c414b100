namespace Fathom.Devices.Cpu;

/// <summary>How a dense image tensor of shape (N, C, H, W) lies in memory. The shape is the same for both.</summary>
internal enum ImageOrder
{
    /// <summary>N, C, H, W from slowest to fastest: the contiguous order, a plane for each channel.</summary>
    ChannelsFirst,

    /// <summary>N, H, W, C from slowest to fastest: the channels of a pixel lie together. What the kernels for images are written for.</summary>
    ChannelsLast,
}
