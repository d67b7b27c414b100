namespace Fathom.Numerics.InitialValue;

/// <summary>Repeats a solution at smaller tolerances until two of them agree.</summary>
sealed class GlobalControl(InitialValueProblem problem, AdaptiveOptions options, Func<InitialValueProblem, AdaptiveOptions?, IvpSolution> method)
{
    const double Smallest = 1e-14, Safety = 3;

    int evaluations;

    internal IvpSolution Run()
    {
        double factor = 1, ratio = 0.1;
        IvpSolution coarse = Solve(factor);
        while (coarse.Succeeded)
        {
            ratio = Math.Max(ratio, Smallest / (options.RelativeTolerance * factor));
            if (ratio > 0.5) return coarse with { Stop = IvpStop.ToleranceNotReached, Message = "doubles cannot keep the tolerance over the whole way: see GlobalError" };
            factor *= ratio;
            IvpSolution fine = Solve(factor);
            if (!fine.Succeeded) return fine;
            double left = Safety * Difference(coarse, fine) * ratio / (1 - ratio);
            fine = fine with { GlobalError = left };
            if (left <= 1) return fine;
            ratio = Math.Clamp(0.3 / left, 1e-3, 0.1);
            coarse = fine;
        }
        return coarse;
    }

    IvpSolution Solve(double factor)
    {
        IvpSolution solution = method(problem, options with
        {
            RelativeTolerance = Math.Max(Smallest, options.RelativeTolerance * factor),
            AbsoluteTolerance = options.AbsoluteTolerance * factor,
            AbsoluteTolerances = options.AbsoluteTolerances?.Select(a => a * factor).ToArray(),
            MaxEvaluations = options.MaxEvaluations - evaluations,
        });
        evaluations += solution.Work.Evaluations;
        return solution with { Work = solution.Work with { Evaluations = evaluations } };
    }

    /// <summary>The largest difference at the ends of the coarser steps, as a part of the asked tolerances.</summary>
    double Difference(IvpSolution coarse, IvpSolution fine)
    {
        double worst = 0, direction = problem.End > problem.Start ? 1 : -1;
        for (int k = 0; k < coarse.Times.Count; k++)
        {
            double t = coarse.Times[k];
            if ((fine.LastTime - t) * direction < 0) t = fine.LastTime;      // a terminal event came a little earlier
            double[] a = t == coarse.Times[k] ? coarse.States[k] : coarse.At(t), b = fine.At(t);
            for (int i = 0; i < a.Length; i++)
                worst = Math.Max(worst, Math.Abs(a[i] - b[i]) / (options.Absolute(i) + options.RelativeTolerance * Math.Abs(b[i])));
        }
        return worst;
    }
}
