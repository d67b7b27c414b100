namespace Fathom.Numerics;

/// <summary>Nonlinear least squares by Levenberg's and Marquardt's method, with automatic Jacobians and, if wanted, bounds.</summary>
public static class LevenbergMarquardt
{
    /// <summary>Fits y = model(parameters, x) to points.</summary>
    /// <param name="model">The model over Float64 tensors: parameters of shape (n) and points of shape (m) to values of shape (m).</param>
    /// <param name="x">Where the data were taken.</param>
    /// <param name="y">The data, as many.</param>
    /// <param name="start">A first guess of the parameters.</param>
    /// <param name="options">Bounds, tolerances, limits, callback; null for the defaults.</param>
    /// <exception cref="ArgumentException">Sizes differ, a value is not finite, or the model is not finite at the first guess.</exception>
    public static NonlinearFit Fit(Func<Tensor, Tensor, Tensor> model, double[] x, double[] y, double[] start, NonlinearOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        Require.Finite("nonlinear fit", x);
        Require.Finite("nonlinear fit", y);
        if (x.Length != y.Length) throw new ArgumentException($"[nonlinear fit] {x.Length} points and {y.Length} observations: as many are expected", nameof(y));
        Tensor points = Tensor.From(x, new Shape([x.Length])), data = Tensor.From(y, new Shape([y.Length]));
        return Minimise(p => data - model(p, points), start, options);
    }

    /// <summary>Makes the sum of squares of some residuals smallest.</summary>
    /// <param name="residuals">The residuals, a tensor of any shape, over a Float64 tensor of shape (n).</param>
    /// <param name="start">A first guess of the n parameters; moved into the bounds if outside.</param>
    /// <param name="options">Bounds, tolerances, limits, callback; null for the defaults.</param>
    /// <exception cref="ArgumentException">A value is not finite, bounds do not match the start, or the residuals are not finite at the first guess.</exception>
    /// <remarks>
    /// Steps solve (J^T J + mu D^2) s = -J^T r by QR; D are the largest column norms so far, mu follows the ratio of actual to predicted reduction (H. B. Nielsen, IMM-REP-1999-05). A
    /// parameter at a bound that the gradient pushes against is held for the step, and steps are cut to the bounds.
    /// </remarks>
    public static NonlinearFit Minimise(Func<Tensor, Tensor> residuals, double[] start, NonlinearOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(residuals);
        options ??= new();
        options.Check(start);
        var work = new Work(options.MaxEvaluations, options.Cancellation);
        var run = new LevenbergMarquardtRun(new("nonlinear fit", residuals, work), options);
        StopReason stop;
        try
        {
            stop = run.Run(start);
        }
        catch (WorkStoppedException e)
        {
            stop = e.Reason;
        }
        return run.Result(stop, work.Evaluations);
    }
}
