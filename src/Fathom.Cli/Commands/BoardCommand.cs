using System.CommandLine;
using System.Net;
using Fathom.Cli.Board;

namespace Fathom.Cli.Commands;

/// <summary>fathom board: runs in the browser.</summary>
internal static class BoardCommand
{
    static readonly Argument<string?> Runs = new("RUNS") { Description = "The folder of runs, or one run. [default: runs]", Arity = ArgumentArity.ZeroOrOne };
    static readonly Option<int?> Port = Opt.Int("--port", "N", $"The port to listen on. [default: {BoardServer.UsualPort}, or a free one where that is in use]", 1, 65535);
    static readonly Option<string?> Host = Opt.Text("--host", "ADDRESS", "Listen on another address than loopback, such as 0.0.0.0 for all. Everyone who can reach it can then see the runs.");

    public static Command Create(Terminal terminal)
    {
        var command = new Command("board", "Show runs in the browser: live curves, layers, histograms, predictions.") { Runs, Port, Host };
        command.SetAction((parse, stop) => ServeAsync(parse.GetValue(Runs) ?? "runs", parse.GetValue(Port), parse.GetValue(Host), terminal, stop));
        Examples.AddTo(command, ("fathom board", "all runs below the folder runs, while they train and after"), ("fathom board runs/20260131-142501-lenet-4f2a --port 8080", "one run, at a port of your choice"));
        return command;
    }

    static async Task<int> ServeAsync(string runs, int? port, string? host, Terminal terminal, CancellationToken stop)
    {
        if (File.Exists(runs)) throw new CliException($"{runs} is a file. Name a folder of runs, or a run.");
        IPAddress? address = host is null ? null : IPAddress.TryParse(host, out IPAddress? parsed) ? parsed : throw CliException.Usage($"--host {host}: expected an address such as 127.0.0.1 or 0.0.0.0.");
        BoardServer server = await BoardServer.StartAsync(runs, port, address, stop).ConfigureAwait(false);
        await using (server.ConfigureAwait(false))
        {
            if (!Directory.Exists(runs)) terminal.Out.WriteLine($"There is no folder {runs} yet; runs will show once there are some.");
            terminal.Out.WriteLine($"The board is at {server.Address} (Ctrl-C ends it)");
            await Task.Delay(Timeout.Infinite, stop).ContinueWith(_ => { }, TaskScheduler.Default).ConfigureAwait(false);
        }
        return ExitCode.Success;
    }
}
