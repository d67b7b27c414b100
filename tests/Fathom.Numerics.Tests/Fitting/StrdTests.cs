namespace Fathom.Numerics.Tests.Fitting;

/// <summary>
/// The certificates state 15 digits. All digits but the last one or two are reached; what is missing comes from the decimal data, which doubles hold to 16 digits: no method that
/// starts from the doubles can know better.
/// </summary>
public class StrdTests
{
    public static TheoryData<string, double> Problems => new()
    {
        { "Norris", 13.5 }, { "Pontius", 12.5 }, { "NoInt1", 14 }, { "NoInt2", 14 }, { "Filip", 12.5 }, { "Longley", 13.5 },
        { "Wampler1", 14 }, { "Wampler2", 12.5 }, { "Wampler3", 14 }, { "Wampler4", 14 }, { "Wampler5", 14 },
    };

    [Theory]
    [MemberData(nameof(Problems))]
    public void Certified_digits(string name, double digits)
    {
        StrdProblem p = StrdProblem.All.Single(q => q.Name == name);
        LinearFit fit = p.Degree is int degree ? Polynomial.Fit(p.X, p.Y, degree).Statistics : LeastSquares.Solve(p.Design, p.Y);
        double reached = Enumerable.Range(0, p.Estimates.Length).Min(i => StrdProblem.Digits(fit.Coefficients[i], p.Estimates[i]));
        double ofDeviations = Enumerable.Range(0, p.Estimates.Length).Min(i => StrdProblem.Digits(fit.StandardErrors[i], p.Deviations[i]));
        double ofResidual = StrdProblem.Digits(fit.ResidualDeviation, p.ResidualDeviation);
        TestContext.Current.TestOutputHelper?.WriteLine($"{name}: estimates {reached:0.0}, deviations {ofDeviations:0.0}, residual {ofResidual:0.0} digits, {fit.Refinements} refinements");
        Assert.True(reached >= digits, $"{name}: {reached} digits of the estimates; wanted {digits}");
        Assert.True(ofDeviations >= Math.Min(digits, 12), $"{name}: {ofDeviations} digits of the standard deviations");
        Assert.True(ofResidual >= Math.Min(digits, 12), $"{name}: {ofResidual} digits of the residual deviation");
    }

    [Fact]
    public void Powers_of_whole_numbers_need_no_other_basis()
    {
        StrdProblem p = StrdProblem.All.Single(q => q.Name == "Wampler5");
        LinearFit fit = LeastSquares.Solve(p.Design, p.Y);
        Assert.All(fit.Coefficients, c => Assert.Equal(1, c, 1e-13));
    }
}
