using Fathom.Training.Plotting;

namespace Fathom.Training.Tests;

public class ProgressBoardTests
{
    [Fact]
    public void Keeps_points_by_name_in_the_order_of_first_appearance()
    {
        var board = new ProgressBoard();
        board.Draw(1, 10, "b");
        board.Draw(1, 20, "a");
        board.Draw(2, 11, "b");
        Assert.Equal(["b", "a"], board.Labels);
        Assert.Equal([new(1, 10), new(2, 11)], board["b"]);
        Assert.Empty(board["never drawn"]);
    }

    [Fact]
    public void Every_n_measurements_become_their_average_in_both_directions()
    {
        var board = new ProgressBoard();
        for (int i = 0; i < 10; i++) board.Draw(i, i * i, "loss", everyN: 4);
        Assert.Equal([new(1.5, 14 / 4.0), new(5.5, 126 / 4.0)], board["loss"]);
        board.Flush();
        Assert.Equal(new(8.5, 145 / 2.0), board["loss"][2]);
        board.Flush();
        Assert.Equal(3, board["loss"].Count);
    }

    [Fact]
    public void Tells_of_completed_points_only()
    {
        var board = new ProgressBoard();
        List<string> told = [];
        board.Changed += (_, label) => told.Add(label);
        board.Draw(0, 0, "slow", 2);
        board.Draw(0, 0, "fast");
        board.Draw(0, 0, "slow", 2);
        Assert.Equal(["fast", "slow"], told);
    }

    [Fact]
    public void A_listener_may_read_the_board_and_a_refusal_teaches()
    {
        var board = new ProgressBoard();
        int seen = 0;
        board.Changed += (_, label) => seen = board[label].Count;
        board.Draw(0, 0, "x");
        Assert.Equal(1, seen);
        Assert.Throws<ArgumentOutOfRangeException>(() => board.Draw(0, 0, "x", 0));
    }

    [Fact]
    public void Several_threads_may_draw_at_once()
    {
        var board = new ProgressBoard();
        Parallel.For(0, 8, t => { for (int i = 0; i < 1000; i++) board.Draw(i, 1, $"curve {t % 4}"); });
        Assert.Equal(4, board.Labels.Count);
        Assert.All(board.Labels, label => Assert.Equal(2000, board[label].Count));
    }

    [Fact]
    public void Plots_what_is_chosen_with_the_boards_axes()
    {
        var board = new ProgressBoard { XLabel = "epoch", YScale = AxisScale.Log, XLimits = (0, 10) };
        board.Draw(1, 1, "train_loss");
        board.Draw(1, 1, "val_accuracy");
        LinePlot plot = board.ToPlot(label => label.EndsWith("loss", StringComparison.Ordinal));
        Assert.Equal("train_loss", Assert.Single(plot.Series).Name);
        Assert.Equal(("epoch", AxisScale.Log, (0.0, 10.0)), (plot.XLabel, plot.YScale, plot.XLimits!.Value));
        board.Draw(2, 2, "train_loss");
        Assert.Single(plot.Series[0].Points);           // a plot is a value: later points do not change it
        board.Clear();
        Assert.Empty(board.Labels);
    }

    [Fact]
    public void Halving_joins_neighbours_and_keeps_what_has_none()
    {
        var board = new ProgressBoard();
        for (int i = 0; i < 5; i++) Assert.True(board.Draw(i, 10 * i, "loss"));
        board.Draw(0, 1, "other");
        board.Halve("loss");
        Assert.Equal([new DataPoint(0.5, 5), new DataPoint(2.5, 25), new DataPoint(4, 40)], board["loss"]);
        Assert.Single(board["other"]);
        board.Halve("never drawn");
        Assert.False(board.Draw(5, 50, "loss", everyN: 2));
    }
}
