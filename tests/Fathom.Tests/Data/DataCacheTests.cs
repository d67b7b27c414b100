using Fathom.Data;
using Fathom.Formats;

namespace Fathom.Tests.Data;

public sealed class DataCacheTests : IDisposable
{
    readonly TempFolder _folder = new();
    public void Dispose() => _folder.Dispose();

    static void WriteSet(string folder, int train = 3, int test = 2, byte lastLabel = 9, string extension = ".gz", int testWidth = 2)
    {
        Directory.CreateDirectory(folder);
        byte[] Labels(int n) => [.. Enumerable.Range(0, n - 1).Select(i => (byte)i), lastLabel];
        void Write(int file, RawArray array) => IdxFile.Write(Path.Combine(folder, IdxDataSet.FileNames[file] + extension), array);
        Write(0, RawArray.From(new byte[train * 4], train, 2, 2));
        Write(1, RawArray.From(Labels(train)));
        Write(2, RawArray.From(new byte[test * 2 * testWidth], test, 2, testWidth));
        Write(3, RawArray.From(Labels(test)));
    }

    [Theory]
    [InlineData("")]
    [InlineData(".gz")]
    public void Reads_a_folder_as_it_is(string extension)
    {
        WriteSet(_folder.Root, extension: extension);
        (LabeledImages train, LabeledImages test) = IdxFolder.Read(_folder.Root);
        Assert.Equal((3, 2, 2, 2), (train.Count, train.Height, train.Width, test.Count));
        Assert.Equal([0, 1, 9], train.Labels);
        Assert.Equal([0, 1], train.Take(2).Labels);
        Assert.Equal(8, train.Take(2).Pixels.Length);
    }

    [Fact]
    public void Names_what_is_wrong_with_a_folder()
    {
        Assert.Contains("There is no folder", Assert.Throws<DirectoryNotFoundException>(() => IdxFolder.Read(_folder["none"])).Message);
        Assert.Contains("train-images-idx3-ubyte", Assert.Throws<FileNotFoundException>(() => IdxFolder.Read(_folder.Root)).Message);

        WriteSet(_folder["label"], lastLabel: 10);
        Assert.Contains("label 2 is 10; expected 0 to 9", Problem("label"));
        Assert.Equal(3, IdxFolder.Read(_folder["label"], classes: 11).Train.Count);

        WriteSet(_folder["counts"]);
        IdxFile.Write(Path.Combine(_folder["counts"], IdxDataSet.FileNames[1] + ".gz"), RawArray.From<byte>([1, 2, 3, 4]));
        Assert.Contains("4 labels", Problem("counts"));

        WriteSet(_folder["swapped"]);
        File.Copy(Path.Combine(_folder["swapped"], IdxDataSet.FileNames[1] + ".gz"), Path.Combine(_folder["swapped"], IdxDataSet.FileNames[0] + ".gz"), overwrite: true);
        Assert.Contains("it holds UInt8 (3,)", Problem("swapped"));

        WriteSet(_folder["sizes"], testWidth: 3);
        Assert.Contains("2 x 3; expected 2 x 2", Problem("sizes"));
    }

    string Problem(string folder) => Assert.Throws<DataFormatException>(() => IdxFolder.Read(_folder[folder])).Message;

    [Fact]
    public void Finds_a_set_in_its_own_folder_or_in_the_root()
    {
        var cache = new DataCache(_folder.Root);
        Assert.Null(cache.Find("mnist"));
        WriteSet(_folder["mnist"]);
        Assert.Equal(_folder["mnist"], cache.Find("mnist"));
        Assert.Null(cache.Find("fashion-mnist"));
        WriteSet(_folder.Root);
        Assert.Equal(_folder.Root, cache.Find("fashion-mnist"));
    }

    [Fact]
    public async Task Fetches_what_is_missing_and_only_that()
    {
        WriteSet(_folder["source"]);
        using var server = new LoopbackServer((request, stream, _) => LoopbackServer.SendAsync(stream, request, File.ReadAllBytes(Path.Combine(_folder["source"], request.Path))));
        IdxDataSet set = SetAt(server);
        var cache = new DataCache(_folder["cache"]);
        Directory.CreateDirectory(cache.FolderOf("small"));
        File.Copy(Path.Combine(_folder["source"], set.Files[0].Name), Path.Combine(cache.FolderOf("small"), set.Files[0].Name));

        string folder = await cache.FetchAsync(set);
        Assert.Equal(3, IdxFolder.Read(folder).Train.Count);
        Assert.Equal(set.Files.Skip(1).Select(f => f.Name), server.Requests.Select(r => r.Path));
        Assert.Equal(folder, await cache.FetchAsync(set));
        Assert.Equal(3, server.Requests.Length);
    }

    IdxDataSet SetAt(LoopbackServer server) => new("small", "Small set",
        [.. IdxDataSet.FileNames.Select(name => name + ".gz").Select(name =>
        {
            byte[] bytes = File.ReadAllBytes(Path.Combine(_folder["source"], name));
            return new RemoteFile(name, bytes.Length, Checksum.Of(new MemoryStream(bytes), ChecksumKind.Md5), [server[name]]);
        })], ["0"]);

    [Fact]
    public async Task Without_a_network_one_message_says_what_to_do()
    {
        WriteSet(_folder["source"]);
        using var server = new LoopbackServer((_, stream, _) => stream.WriteAsync(LoopbackServer.Head("503 Service Unavailable", "Content-Length: 0")).AsTask());
        var cache = new DataCache(_folder["cache"]);
        var thrown = await Assert.ThrowsAsync<DownloadException>(() => cache.FetchAsync(SetAt(server)));
        foreach (string word in (string[])["Small set", "503", cache.FolderOf("small"), "--data-dir", "FATHOM_DATA", .. IdxDataSet.FileNames]) Assert.Contains(word, thrown.Message);
        Assert.Single(server.Requests);     // the other three files are not tried
    }

    [Fact]
    public void The_known_sets_have_four_files_and_two_addresses_each()
    {
        foreach (IdxDataSet set in IdxDataSet.Known)
        {
            Assert.Equal(IdxDataSet.FileNames.Select(n => n + ".gz"), set.Files.Select(f => f.Name));
            Assert.Equal(10, set.ClassNames.Count);
            Assert.All(set.Files, f => Assert.True(f.Addresses.Count >= 2 && f.Checksum.Hex.Length == 32 && f.Addresses.All(a => a.AbsoluteUri.EndsWith("/" + f.Name, StringComparison.Ordinal))));
        }
    }
}
