namespace Fathom.Optim;

/// <summary>Keeps gradients from growing too large before a step, in place.</summary>
public static class GradientClip
{
    /// <summary>Scales all gradients together so that their norm, taken as if they were one vector, is at most <paramref name="maxNorm"/>.</summary>
    /// <param name="parameters">Tensors with gradients; those without are passed over.</param>
    /// <param name="maxNorm">The largest norm that is left alone.</param>
    /// <param name="p">Which norm: 2 by default, infinity for the largest element.</param>
    /// <returns>The norm before.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The norm is not above 0.</exception>
    public static double ByNorm(IEnumerable<Tensor> parameters, double maxNorm, double p = 2)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(p);
        using var _ = Autograd.GradMode.NoGrad();
        Tensor[] gradients = Gradients(parameters);
        double total = Norm(gradients, p);
        double scale = maxNorm / (total + 1e-6);                        // as PyTorch: never a division by 0
        if (scale < 1)
            foreach (Tensor g in gradients) g.Detach().MulInPlace(scale);
        return total;
    }

    /// <summary>Limits every element of every gradient to [-<paramref name="limit"/>, <paramref name="limit"/>].</summary>
    /// <exception cref="ArgumentOutOfRangeException">The limit is negative.</exception>
    public static void ByValue(IEnumerable<Tensor> parameters, double limit)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(limit);
        using var _ = Autograd.GradMode.NoGrad();
        foreach (Tensor g in Gradients(parameters)) g.Detach().CopyFrom(g.Clamp(-limit, limit));
    }

    static Tensor[] Gradients(IEnumerable<Tensor> parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        return [.. parameters.Select(t => t.GradUnseen).OfType<Tensor>()];
    }

    /// <summary>Summed in double, gradient by gradient in the order given.</summary>
    static double Norm(Tensor[] gradients, double p)
    {
        double total = 0;
        foreach (Tensor g in gradients)
        {
            if (double.IsInfinity(p)) total = Math.Max(total, g.Abs().ToArray<double>().Max());
            else if (p == 2) total += g.Square().Sum().Item();
            else total += g.Abs().ToArray<double>().Sum(v => Math.Pow(v, p));
        }
        return double.IsInfinity(p) ? total : Math.Pow(total, 1 / p);
    }
}
