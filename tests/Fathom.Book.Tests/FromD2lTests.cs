using System.Reflection;
using System.Text.RegularExpressions;
using Fathom.Book;
using Fathom.Training;

namespace Fathom.Book.Tests;

/// <summary>docs/from-d2l.md names what there is, leaves out nothing of the course's library, and its code runs.</summary>
public partial class FromD2lTests
{
    /// <summary>The public names of d2l, chapters 2 to 8: the classes and functions of release 1.0 with their methods, those of 0.17, and the short names for tensor functions.</summary>
    const string Names = """
        HyperParameters save_hyperparameters ProgressBoard ProgressBoard.draw add_to_class Module Module.apply_init Module.configure_optimizers Module.forward Module.loss Module.plot Module.training_step
        Module.validation_step DataModule DataModule.get_dataloader DataModule.get_tensorloader DataModule.train_dataloader DataModule.val_dataloader Trainer Trainer.clip_gradients Trainer.fit
        Trainer.fit_epoch Trainer.prepare_batch Trainer.prepare_data Trainer.prepare_model SyntheticRegressionData LinearRegressionScratch LinearRegression LinearRegression.get_w_b SGD SGD.step SGD.zero_grad
        FashionMNIST FashionMNIST.text_labels FashionMNIST.visualize Classifier Classifier.accuracy Classifier.layer_summary Classifier.loss Classifier.validation_step SoftmaxRegression LeNet Residual ResNeXtBlock
        corr2d cpu gpu init_cnn num_gpus plot set_axes set_figsize try_all_gpus try_gpu use_svg_display
        Accumulator Animator DATA_HUB DATA_URL Timer accuracy download download_all download_extract evaluate_accuracy evaluate_accuracy_gpu evaluate_loss extract get_dataloader_workers
        get_fashion_mnist_labels linreg load_array load_data_fashion_mnist mkdir_if_not_exist predict_ch3 sgd show_images squared_loss synthetic_data train_ch3 train_ch6 train_epoch_ch3
        abs arange argmax astype batch_matmul concat cos cosh exp expand_dims eye float32 int32 int64 linspace log matmul meshgrid nn_Module normal numpy ones ones_like rand randn reduce_mean reduce_sum repeat
        reshape sigmoid sin sinh size stack swapaxes tanh tensor to transpose zeros zeros_like
        """;

    static readonly Assembly[] Fathoms = [typeof(Tensor).Assembly, typeof(Trainer).Assembly, typeof(Models.ModelRegistry).Assembly];

    static string Text => File.ReadAllText(Path.Combine(TheBook.Root, "docs", "from-d2l.md")).ReplaceLineEndings("\n");

    /// <summary>Rows of three cells: d2l, Fathom, note.</summary>
    static IEnumerable<string[]> Rows => Text.Split('\n').Where(l => l.StartsWith("| `", StringComparison.Ordinal)).Select(l => l.Trim('|', ' ').Split(" |").ToArray());

    public static TheoryData<string> FathomNames => [.. Rows.SelectMany(r => Code().Matches(r[1])).Select(m => m.Groups[1].Value).Distinct()];

    public static TheoryData<int> Blocks => [.. Enumerable.Range(0, Block().Count(Text))];

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Code();

    [GeneratedRegex("```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Block();

    [Theory]
    [MemberData(nameof(FathomNames))]
    public void Every_name_of_fathom_exists(string name)
    {
        string[] parts = name.Split('.');
        Type[] types = [.. Fathoms.SelectMany(a => a.GetExportedTypes()).Where(t => t.Name == parts[0])];
        Assert.True(types.Length > 0, $"there is no public type {parts[0]}");
        if (parts.Length == 1) return;
        Assert.Contains(types.SelectMany(t => t.GetMembers(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.FlattenHierarchy)), m => m.Name == parts[1]);
    }

    [Fact]
    public void Every_name_of_d2l_is_there()
    {
        HashSet<string> listed = [.. Rows.SelectMany(r => Code().Matches(r[0])).Select(m => m.Groups[1].Value)];
        Assert.Empty(Names.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Except(listed));
    }

    [Fact]
    public void Every_row_says_what_or_why() =>
        Assert.All(Rows, row => Assert.True(Code().IsMatch(row[1]) || (row[1].Trim() == "–" && row[2].Trim().Length > 0), $"{row[0]} has neither a name nor a note"));

    [Theory]
    [MemberData(nameof(Blocks))]
    public async Task Every_example_runs(int index)
    {
        using var host = new LessonHost();
        string program = host.Compile(Path.Combine("docs", $"from-d2l-{index}.cs"), Block().Matches(Text)[index].Groups[1].Value);
        LessonResult result = await host.RunAsync(program, [], environment: new Dictionary<string, string?> { ["FATHOM_THREADS"] = "1" });
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.Equal(index switch { 0 => "3 layers, 17 parameters\n3\n", 1 => "weight (3,)\n", _ => "True\n" }, result.Output);
    }
}
