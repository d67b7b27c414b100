using Fathom.Bench;

switch (args)
{
    case ["gemm", .. var options]:
        return GemmBench.Run(options);
    case ["conv", .. var options]:
        return ConvBench.Run(options);
    case ["choice", .. var options]:
        return ChoiceBench.Run(options);
    default:
        Console.Error.WriteLine("""
            usage: Fathom.Bench gemm|conv [--threads 1,2] [--only TEXT], or choice [THREADS]
              gemm   matrix products: time, GFLOP/s and share of the machine's own multiply-add rate, which is measured beside them
              conv   convolutions, their gradients and poolings: the same
              choice 3x3 convolutions by each algorithm, and which one is chosen
            FATHOM_ISA=avx512|avx2|vector128|scalar chooses the vector width.
            """);
        return 2;
}
