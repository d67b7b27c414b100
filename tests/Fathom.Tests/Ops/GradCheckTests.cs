using System.Reflection;
using Fathom.Autograd;

namespace Fathom.Tests.Ops;

/// <summary>Tests that set what the whole process shares, such as the vector width, run alone.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public class Alone;

public class GradCheckTests
{
    static readonly Dictionary<string, GradRow> ByName = GradCheckTable.Rows.ToDictionary(r => r.Name);

    public static TheoryData<string> Names() => [.. ByName.Keys];

    [Theory, MemberData(nameof(Names))]
    public void Gradients_agree_with_central_differences_to_second_order(string name)
    {
        GradRow row = ByName[name];
        GradCheck.CheckTwice(row.F, row.Inputs, row.Step, row.Tolerance);
    }
}

[Collection(nameof(Alone))]
public class OpCoverageTests
{
    /// <summary>Ops whose results are not differentiable, so that no gradient ever runs through them.</summary>
    static readonly Dictionary<string, string> NotDifferentiable = new()
    {
        ["AnyOp"] = "truth values", ["CompareOp"] = "truth values", ["BitsOp"] = "truth values and integers",
        ["ArgExtremumOp"] = "positions", ["ArgSortOp"] = "positions",
        ["FusedOp"] = "a gradient in one pass, used only where it is not differentiated again; the first-order check covers it",
        ["CrossEntropyGradientOp"] = "likewise",
    };

    [Fact]
    public void Every_op_is_in_the_table()
    {
        HashSet<Type> seen = [];
        int thread = Environment.CurrentManagedThreadId;
        Op.GradientComputed = op =>
        {
            if (Environment.CurrentManagedThreadId == thread) seen.Add(Definition(op.GetType()));
        };
        try
        {
            foreach (GradRow row in GradCheckTable.Rows) DifferentiateTwice(row);
        }
        finally
        {
            Op.GradientComputed = null;
        }
        string[] missing = [.. Ops().Where(t => !seen.Contains(t) && !NotDifferentiable.ContainsKey(Name(t))).Select(Name).Order()];
        Assert.True(missing.Length == 0, $"No row of GradCheckTable computes the gradient of {string.Join(", ", missing)}. Add one in the file of its family, or say why it has none in {nameof(NotDifferentiable)}.");
        string[] wrong = [.. seen.Select(Name).Where(NotDifferentiable.ContainsKey)];
        Assert.True(wrong.Length == 0, $"{string.Join(", ", wrong)} has a gradient after all: take it off {nameof(NotDifferentiable)}.");
    }

    [Fact]
    public void The_list_of_ops_without_gradient_names_only_ops_that_exist() =>
        Assert.Empty(NotDifferentiable.Keys.Except(Ops().Select(Name)));

    static void DifferentiateTwice(GradRow row)
    {
        Tensor[] x = [.. row.Inputs.Select(t => t.Detach().Clone().WithGrad())];
        Tensor y = row.F(x);
        Tensor weights = Tensor.OnesLike(y).WithGrad();
        Tensor?[] g = Differentiate.Grad(y, x, weights, createGraph: true);
        Tensor sum = Tensor.Zeros(Shape.Scalar, DType.Float64).WithGrad();
        foreach (Tensor? t in g) if (t is not null) sum = sum + (t * t).Sum();
        Differentiate.Grad(sum, [.. x, weights]);           // a linear op's gradient depends on the weights alone
    }

    /// <summary>All ops of the engine, those private to a file included.</summary>
    static IEnumerable<Type> Ops() => typeof(Op).Assembly.GetTypes().Where(t => t.IsSubclassOf(typeof(Op)) && !t.IsAbstract);

    static Type Definition(Type t) => t.IsGenericType ? t.GetGenericTypeDefinition() : t;

    /// <summary>The name in the source: file-local types carry their file's before it.</summary>
    static string Name(MemberInfo t) => t.Name[(t.Name.LastIndexOf("__", StringComparison.Ordinal) is >= 0 and var at ? at + 2 : 0)..].Split('`')[0];
}
