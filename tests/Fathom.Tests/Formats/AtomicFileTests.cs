using Fathom.Formats;

namespace Fathom.Tests.Formats;

public sealed class AtomicFileTests : IDisposable
{
    readonly TempFolder _folder = new();
    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Replaces_the_old_file_and_leaves_nothing_else()
    {
        AtomicFile.WriteAllText(_folder["a.txt"], "old, and longer");
        AtomicFile.WriteAllText(_folder["a.txt"], "näw");
        Assert.Equal("näw"u8.ToArray(), File.ReadAllBytes(_folder["a.txt"]));
        Assert.Equal(["a.txt"], _folder.Files);
    }

    [Fact]
    public void A_failure_while_writing_keeps_the_old_file()
    {
        AtomicFile.WriteAllText(_folder["a.txt"], "old");
        var full = new IOException("No space left on device");
        var thrown = Assert.Throws<IOException>(() => AtomicFile.Write(_folder["a.txt"], s => { s.Write("half of the n"u8); s.Flush(); throw full; }));
        Assert.Same(full, thrown);
        Assert.Equal("old", File.ReadAllText(_folder["a.txt"]));
        Assert.Equal(["a.txt"], _folder.Files);
    }

    [Fact]
    public void A_failure_while_writing_a_new_file_leaves_none()
    {
        Assert.Throws<InvalidOperationException>(() => AtomicFile.Write(_folder["a.txt"], _ => throw new InvalidOperationException()));
        Assert.Empty(_folder.Files);
    }

    [Fact]
    public void Nobody_sees_the_file_before_it_is_whole()
    {
        AtomicFile.WriteAllText(_folder["a.txt"], "old");
        AtomicFile.Write(_folder["a.txt"], s =>
        {
            s.Write("new"u8);
            s.Flush();
            Assert.Equal("old", File.ReadAllText(_folder["a.txt"]));
        });
        Assert.Equal("new", File.ReadAllText(_folder["a.txt"]));
    }

    [Fact]
    public void Names_what_is_wrong_with_the_target()
    {
        var noFolder = Assert.Throws<DirectoryNotFoundException>(() => AtomicFile.WriteAllText(_folder["no/a.txt"], ""));
        Assert.Contains("does not exist", noFolder.Message);
        var isFolder = Assert.Throws<UnauthorizedAccessException>(() => AtomicFile.WriteAllText(_folder.Root, ""));
        Assert.Contains("is a folder", isFolder.Message);
    }

    [Fact]
    public void Follows_links_and_leaves_devices_in_place()
    {
        if (OperatingSystem.IsWindows()) return;
        File.WriteAllText(_folder["target"], "old");
        File.CreateSymbolicLink(_folder["link"], _folder["target"]);
        AtomicFile.WriteAllText(_folder["link"], "new");
        Assert.Equal("new", File.ReadAllText(_folder["target"]));
        Assert.NotNull(new FileInfo(_folder["link"]).LinkTarget);
        AtomicFile.WriteAllText("/dev/null", "gone");
        Assert.Equal(0, new FileInfo("/dev/null").Length);
    }
}
