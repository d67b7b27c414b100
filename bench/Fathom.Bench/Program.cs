using Fathom.Bench;

switch (args)
{
    case ["gemm", .. var options]:
        return GemmBench.Run(options);
    case ["conv", .. var options]:
        return ConvBench.Run(options);
    case ["peer", .. var options]:
        return PeerBench.Run(options);
    case ["choice", .. var options]:
        return ChoiceBench.Run(options);
    case ["channels", .. var options]:
        return ChannelBench.Run(options);
    default:
        Console.Error.WriteLine("""
            usage: Fathom.Bench gemm|conv|channels [--threads 1,2] [--only TEXT], or choice [THREADS], or peer [--only TEXT] [--budget SECONDS] [--out FILE] [--python FILE]
              gemm   matrix products: time, GFLOP/s and share of the machine's own multiply-add rate, which is measured beside them
              conv   convolutions, their gradients and poolings: the same
              peer   the convolutions of the networks of `fathom bench` beside PyTorch's, as a Markdown table
              choice 3x3 convolutions by each algorithm, and which one is chosen
              channels   the passes of batch normalisation: time and bytes a second
            FATHOM_ISA=avx512|avx2|vector128|scalar chooses the vector width.
            """);
        return 2;
}
