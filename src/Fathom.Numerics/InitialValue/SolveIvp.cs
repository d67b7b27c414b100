namespace Fathom.Numerics.InitialValue;

/// <summary>Solves initial value problems: adaptive methods for use, fixed-step methods for teaching.</summary>
/// <remarks>What goes wrong on the way (blow-up, stiffness, too much work) is a value of <see cref="IvpSolution.Stop"/>, beside the solution as far as it was followed;
/// only senseless input and what the caller's functions throw comes as an exception.</remarks>
public static class SolveIvp
{
    /// <summary>The explicit method of order 5(4) by Dormand and Prince with adaptive steps: the first choice for problems that are not stiff.</summary>
    /// <param name="problem">The equations and the known state.</param>
    /// <param name="options">Tolerances, limits, events and callback; null for the defaults.</param>
    /// <exception cref="ArgumentException">An option makes no sense.</exception>
    public static IvpSolution DormandPrince(InitialValueProblem problem, AdaptiveOptions? options = null)
    {
        options = Checked(problem, options);
        return new IvpDriver(problem, options, new DormandPrinceStepper(problem, options)).Run();
    }

    /// <summary>The implicit method Radau IIA of order 5 with adaptive steps: for stiff problems.</summary>
    /// <param name="problem">The equations and the known state; its Jacobian is used where it has one.</param>
    /// <param name="options">Tolerances, limits, events and callback; null for the defaults.</param>
    /// <exception cref="ArgumentException">An option makes no sense.</exception>
    /// <exception cref="ArithmeticException">The Jacobian is not finite.</exception>
    public static IvpSolution Radau(InitialValueProblem problem, AdaptiveOptions? options = null)
    {
        options = Checked(problem, options);
        return new IvpDriver(problem, options, new RadauStepper(problem, options)).Run();
    }

    /// <summary>
    /// Brings the error of the whole solution, not of each step alone, down to the tolerances: solves again at smaller ones and compares, until the difference says that
    /// the last solution is near enough. Costs two to four times a plain solution; worth it where errors grow along the way, as on orbits.
    /// </summary>
    /// <param name="problem">The equations and the known state.</param>
    /// <param name="options">The tolerances that the whole solution is to keep, limits (the evaluations are those of all solutions together), events and callback.</param>
    /// <param name="method">The method; null for <see cref="DormandPrince"/>.</param>
    /// <returns>The last solution, with <see cref="IvpSolution.GlobalError"/>. The estimate assumes that errors shrink with the tolerances; it is no proof.</returns>
    /// <exception cref="ArgumentException">An option makes no sense.</exception>
    public static IvpSolution ToGlobalTolerance(
        InitialValueProblem problem, AdaptiveOptions? options = null, Func<InitialValueProblem, AdaptiveOptions?, IvpSolution>? method = null) =>
        new GlobalControl(problem, Checked(problem, options), method ?? DormandPrince).Run();

    /// <summary>Euler's method: the slope at the start of each step; order 1.</summary>
    /// <param name="problem">The equations and the known state.</param>
    /// <param name="steps">How many equal steps to take.</param>
    /// <param name="options">Limits, events and callback; null for the defaults.</param>
    public static IvpSolution Euler(InitialValueProblem problem, int steps, IvpOptions? options = null) => Fixed(problem, steps, options, [0], [1]);

    /// <summary>The explicit midpoint method: the slope half a step on; order 2.</summary>
    /// <inheritdoc cref="Euler"/>
    public static IvpSolution Midpoint(InitialValueProblem problem, int steps, IvpOptions? options = null) => Fixed(problem, steps, options, [0, 0.5], [0, 1]);

    /// <summary>The classical Runge-Kutta method: four slopes a step; order 4.</summary>
    /// <inheritdoc cref="Euler"/>
    public static IvpSolution RungeKutta4(InitialValueProblem problem, int steps, IvpOptions? options = null) =>
        Fixed(problem, steps, options, [0, 0.5, 0.5, 1], [1.0 / 6, 1.0 / 3, 1.0 / 3, 1.0 / 6]);

    static IvpSolution Fixed(InitialValueProblem problem, int steps, IvpOptions? options, double[] nodes, double[] weights)
    {
        ArgumentNullException.ThrowIfNull(problem);
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        if (options is AdaptiveOptions) throw new ArgumentException("[initial value] a method with fixed steps has no tolerances: give IvpOptions instead of AdaptiveOptions");
        return new IvpDriver(problem, options ?? new(), new FixedStepper(problem, steps, nodes, weights)).Run();
    }

    static AdaptiveOptions Checked(InitialValueProblem problem, AdaptiveOptions? options)
    {
        ArgumentNullException.ThrowIfNull(problem);
        options ??= new();
        options.Check(problem.Size);
        return options;
    }
}
