namespace Fathom.Book.Tests;

/// <summary>The comparison itself is strict.</summary>
public class ExpectationTests
{
    [Theory]
    [InlineData("a\nb\n", "a\nb\n")]
    [InlineData("took {number} ms", "took 12.5 ms")]
    [InlineData("took {number} ms", "took  1,250 ms")]
    [InlineData("loss {number}", "loss 3e-05")]
    [InlineData("accuracy {number 0.8..1}", "accuracy 0.913")]
    [InlineData("{text} and {number}", "this and -4")]
    [InlineData("a\n{lines}\nb", "a\nx\ny\nb")]
    [InlineData("a\n{lines}", "a\nx\ny")]
    [InlineData("{x}", "{x}")]
    public void Accepts(string expected, string actual) => Assert.Null(Expectation.Mismatch(expected, actual));

    [Theory]
    [InlineData("a\nb", "a")]
    [InlineData("a", "a\nb")]
    [InlineData("a", "A")]
    [InlineData("a b", "a  b")]
    [InlineData("took {number} ms", "took long ms")]
    [InlineData("took {number} ms", "took NaN ms")]
    [InlineData("accuracy {number 0.8..1}", "accuracy 0.713")]
    [InlineData("{number}", "1 2")]
    [InlineData("a.c", "abc")]
    [InlineData("a\n{lines}\nb", "a\nx\ny")]
    public void Refuses(string expected, string actual) => Assert.NotNull(Expectation.Mismatch(expected, actual));
}
