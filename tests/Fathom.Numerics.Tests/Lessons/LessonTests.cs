using System.Xml.Linq;

namespace Fathom.Numerics.Tests.Lessons;

/// <summary>The lessons print what their text says, line for line.</summary>
[Collection("lessons")]        // one build at a time
public sealed class LessonTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("fathom-lesson-").FullName;

    [Theory]
    [InlineData("derivatives")]
    [InlineData("limits")]
    [InlineData("polynomial-fit")]
    public void Prints_what_it_should(string name)
    {
        Assert.Equal(Lesson.Expected(name), Lesson.Run(name, folder));
        foreach (string plot in Directory.GetFiles(folder, "*.svg"))
            Assert.Contains(XDocument.Load(plot).Descendants(), e => e.Name.LocalName is "path" or "polyline");
        Assert.Equal(name == "polynomial-fit" ? 1 : 0, Directory.GetFiles(folder).Length);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
