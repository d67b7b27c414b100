using System.CommandLine;
using Fathom.Data;

namespace Fathom.Cli.Commands;

/// <summary>fathom data get NAME.</summary>
internal static class DataGetCommand
{
    static readonly Argument<string?> Name = new("NAME") { Description = $"The data set: {string.Join(", ", DataNames.All)}.", CustomParser = r => Opt.Known(r, "Data set", r.Tokens[0].Value, DataNames.All) };
    static readonly Option<string?> DataDir = Opt.Text("--data-dir", "DIR", $"Keep it below this folder. [default: {DataCache.Variable}, or the user's cache]");

    public static Command Create(Terminal terminal)
    {
        var command = new Command("get", "Fetch a data set into the cache, unless it is there.") { Name, DataDir };
        command.SetAction((parse, stop) => GetAsync(parse.GetRequiredValue(Name)!, parse.GetValue(DataDir), terminal, stop));
        Examples.AddTo(command,
            ("fathom data get mnist", "into the cache"),
            ("fathom data get fashion-mnist --data-dir data", "into data/fashion-mnist"));
        return command;
    }

    static async Task<int> GetAsync(string name, string? root, Terminal terminal, CancellationToken stop)
    {
        if (DataNames.Public(name) is not { } set)
        {
            terminal.Out.WriteLine($"{name} is built in: there is nothing to fetch.");
            return ExitCode.Success;
        }
        var cache = new DataCache(root);
        bool there = cache.Find(name) is not null;
        string folder = await cache.FetchAsync(set, progress: new DownloadLine(terminal), cancellation: stop).ConfigureAwait(false);
        terminal.Out.WriteLine(there ? $"{set.Title} is in {folder} already." : $"{set.Title} is in {folder} now.");
        return ExitCode.Success;
    }
}
