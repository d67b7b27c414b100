using Fathom.Training.Plotting;

namespace Fathom.Training.Tests.Plotting;

public class AxisTests
{
    [Theory]
    [InlineData(0.7, 1), InlineData(1, 1), InlineData(1.2, 2), InlineData(2.1, 5), InlineData(7, 10), InlineData(0.013, 0.02), InlineData(340, 500)]
    public void Steps_are_one_two_or_five_times_a_power_of_ten(double rough, double step) => Assert.Equal(step, Axis.NiceStep(rough), 12);

    [Fact]
    public void Widened_ends_are_ticks_and_enclose_the_values()
    {
        Axis axis = Axis.Fit([0.11, 2.37], AxisScale.Linear, null, 6, widen: true);
        Assert.Equal((0, 2.5), (axis.Low, axis.High));
        Assert.Equal(["0", "0.5", "1.0", "1.5", "2.0", "2.5"], axis.Labels);
        Assert.Equal(0.5, axis.Place(1.25), 12);
    }

    [Fact]
    public void Limits_are_kept_as_given()
    {
        Axis axis = Axis.Fit([5, 500], AxisScale.Linear, (0.3, 9.7), 5, widen: true);
        Assert.Equal((0.3, 9.7), (axis.Low, axis.High));
        Assert.All(axis.Ticks, t => Assert.InRange(t, 0.3, 9.7));
    }

    [Theory]
    [InlineData(0), InlineData(3.5), InlineData(-2), InlineData(1e12), InlineData(1e-12)]
    public void A_flat_line_gets_room_on_both_sides(double value)
    {
        Axis axis = Axis.Fit([value, value], AxisScale.Linear, null, 5, widen: true);
        Assert.True(axis.Low < value && value < axis.High);
        Assert.InRange(axis.Ticks.Length, 2, 12);
    }

    [Fact]
    public void Nothing_to_show_still_makes_an_axis()
    {
        Assert.Equal((0, 1), Ends(AxisScale.Linear));
        Assert.Equal((1, 10), Ends(AxisScale.Log));
        static (double, double) Ends(AxisScale scale) => Axis.Fit([], scale, null, 5, widen: true) is var a ? (a.Low, a.High) : default;
    }

    [Fact]
    public void Logarithmic_ends_leave_less_than_a_decade_empty()
    {
        Axis axis = Axis.Fit([2.2e-6, 1.3], AxisScale.Log, null, 5, widen: true);
        Assert.Equal(2e-6, axis.Low, 12);
        Assert.Equal(2, axis.High, 12);
    }

    [Fact]
    public void Logarithmic_places_are_equal_for_equal_ratios()
    {
        Axis axis = Axis.Fit([0.001, 10], AxisScale.Log, null, 5, widen: true);
        Assert.Equal(axis.Place(0.1) - axis.Place(0.01), axis.Place(1) - axis.Place(0.1), 12);
        Assert.Contains("0.01", axis.Labels);
        Assert.Throws<ArgumentException>(() => Axis.Fit([1], AxisScale.Log, (0, 1), 5, widen: true));
    }

    [Theory]
    [InlineData(0.30000000000000004, 0.1, "0.3"), InlineData(-2, 1, "-2"), InlineData(200000, 100000, "2e5"), InlineData(0, 0.5, "0"), InlineData(2e-5, 1e-5, "2e-5")]
    public void Labels_have_the_decimals_of_their_step(double value, double step, string label) => Assert.Equal(label, Axis.Label(value, step));
}
