using Fathom.Training.Plotting;

namespace Fathom.Training.Tests.Plotting;

public class FiguresTests
{
    [Theory]
    [InlineData(0, "0"), InlineData(2.3026, "2.303"), InlineData(0.01234, "0.01234"), InlineData(12.345, "12.35"), InlineData(-123.44, "-123.4"), InlineData(1234.4, "1234")]
    [InlineData(1.2e-5, "1.20e-5"), InlineData(3.4e9, "3.40e+9"), InlineData(double.NaN, "NaN"), InlineData(double.PositiveInfinity, "Infinity")]
    public void Short_numbers_have_about_four_digits(double value, string text) => Assert.Equal(text, Figures.Short(value));

    [Fact]
    public void Shares_counts_and_times_read_as_people_write_them()
    {
        Assert.Equal("97.4%", Figures.Percent(0.9741));
        Assert.Equal("60,000", Figures.Count(60000));
        Assert.Equal(["0:07", "12:30", "1:02:03"], new[] { 7, 750, 3723 }.Select(s => Figures.Clock(TimeSpan.FromSeconds(s))));
    }
}
