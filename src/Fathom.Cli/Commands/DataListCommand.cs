using System.CommandLine;
using Fathom.Data;
using Spectre.Console;

namespace Fathom.Cli.Commands;

/// <summary>fathom data list.</summary>
internal static class DataListCommand
{
    public static Command Create(Terminal terminal)
    {
        var command = new Command("list", "List the data sets and where they are.");
        command.SetAction(_ => List(terminal));
        Examples.AddTo(command, ("fathom data list", "all data sets"));
        return command;
    }

    static int List(Terminal terminal)
    {
        var cache = new DataCache();
        var table = new Table { Border = TableBorder.Simple };
        table.AddColumns("name", "what", "where");
        foreach (IdxDataSet set in IdxDataSet.Known)
            table.AddRow(set.Name, Markup.Escape($"{set.Title}: 60,000 + 10,000 grey images, 28 x 28, {set.ClassNames.Count} classes"), Markup.Escape(cache.Find(set.Name) ?? $"not here; fathom data get {set.Name}"));
        table.AddRow(DataNames.Glyphs, "Glyphs: 60,000 + 10,000 generated digits, 28 x 28, 10 classes", "built in");
        table.AddRow(DataNames.Synthetic, "1,000 + 1,000 noisy points of a plane, for linear regression", "built in");
        terminal.Console.Write(table);
        return ExitCode.Success;
    }
}
