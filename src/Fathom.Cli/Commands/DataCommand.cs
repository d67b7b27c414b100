using System.CommandLine;

namespace Fathom.Cli.Commands;

/// <summary>fathom data: what there is to train on.</summary>
internal static class DataCommand
{
    public static Command Create(Terminal terminal)
    {
        var command = new Command("data", "List, fetch and look at data sets.") { DataListCommand.Create(terminal), DataGetCommand.Create(terminal), DataShowCommand.Create(terminal) };
        Examples.AddTo(command,
            ("fathom data list", "what there is, and what is in the cache"),
            ("fathom data get mnist", "fetch MNIST into the cache"),
            ("fathom data show glyphs", "classes and sample pictures"));
        return command;
    }
}
