namespace Fathom.Cli.Tests;

public class SuggestTests
{
    static readonly string[] Models = ["linear", "softmax", "mlp", "mlp-scratch", "dense512", "lenet"];

    [Theory]
    [InlineData("", "abc", 3), InlineData("kitten", "sitting", 3), InlineData("lenet", "lenet", 0), InlineData("lenet", "elnet", 1), InlineData("mnist", "mnits", 1), InlineData("a", "b", 1)]
    public void Distance_counts_slips(string a, string b, int slips)
    {
        Assert.Equal(slips, Suggest.Distance(a, b));
        Assert.Equal(slips, Suggest.Distance(b, a));
    }

    [Theory]
    [InlineData("lenett", "lenet"), InlineData("LeNet5", "lenet"), InlineData("sofmax", "softmax"), InlineData("mpl", "mlp"), InlineData("dense", "dense512"), InlineData("mlp_scratch", "mlp-scratch")]
    public void The_nearest_name_comes_first(string typed, string meant) => Assert.Equal(meant, Suggest.Nearest(typed, Models)[0]);

    [Fact]
    public void Where_nothing_is_near_all_names_are_told()
    {
        Assert.Empty(Suggest.Nearest("transformer", Models));
        Assert.Equal(" Known: linear, softmax, mlp, mlp-scratch, dense512, lenet.", Suggest.Text("transformer", Models));
    }
}
