using Fathom.Autograd;

namespace Fathom
{
    public partial class Tensor
    {
        double[]? channelTotals;
        int channelTotalsVersion;

        /// <summary>
        /// The sums over each channel (axis 1), where the kernel that made this gradient had them at hand; null where nobody knows them, or the elements have
        /// changed since. What asks for them is the gradient of a bias, which is spared a pass over memory.
        /// </summary>
        internal double[]? ChannelTotals
        {
            get => channelTotals is not null && channelTotalsVersion == Version ? channelTotals : null;
            set => (channelTotals, channelTotalsVersion) = (value, Version);
        }
    }
}

namespace Fathom.Ops
{
    internal static class BiasGradient
    {
        /// <summary>The sums of the gradient of images (N, C, H, W) over each channel.</summary>
        /// <param name="gy">The gradient.</param>
        /// <param name="known">The sums, if known; not used where a graph of the gradient is recorded.</param>
        public static Tensor Of(Tensor gy, double[]? known)
        {
            if (GradMode.IsEnabled || !gy.Device.HasData) return gy.Sum([0, 2, 3]);
            if (known is null && gy.Layout.IsChannelsLast) known = gy.Device.ChannelTotals(gy);
            return known is null ? gy.Sum([0, 2, 3]) : Tensor.From(known).To(gy.DType);
        }
    }
}
