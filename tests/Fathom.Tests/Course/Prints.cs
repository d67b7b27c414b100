namespace Fathom.Tests.Course;

/// <summary>Compares with what the course documents print.</summary>
static class Prints
{
    /// <summary>The tensor prints exactly as in the course.</summary>
    public static void As(string text, Tensor x) => Assert.Equal(text.ReplaceLineEndings("\n"), x.ToString());

    /// <summary>All elements are true.</summary>
    public static void True(Tensor condition) => Assert.True(condition.All().Item<bool>());
}
