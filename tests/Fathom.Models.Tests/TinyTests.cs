using System.Reflection;
using Fathom.Autograd;
using Fathom.Nn;
using Fathom.Optim;
using Fathom.Training;
using Module = Fathom.Nn.Module;

namespace Fathom.Models.Tests;

/// <summary>Every network of the registry with few channels on small images: its gradient is right, and it learns what is easy.</summary>
public class TinyTests
{
    public static TheoryData<string> Networks => [.. ModelRegistry.All.Where(m => m.HasWidth).Select(m => m.Name)];

    /// <summary>Every module that a network keeps in a property, or in a field alone or in a list, is registered: else it would not be trained, saved or moved.</summary>
    [Theory]
    [MemberData(nameof(Networks))]
    public void Every_part_is_registered(string name)
    {
        Classifier model = Tiny(name, 1.0 / 16);
        HashSet<object> registered = new([.. model.NamedModules().Select(m => m.Module), .. model.NamedParameters().Select(p => p.Parameter), .. model.NamedBuffers().Select(b => b.Buffer)], ReferenceEqualityComparer.Instance);
        const BindingFlags members = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;
        foreach (Module module in model.NamedModules().Select(m => m.Module))
            for (Type? type = module.GetType(); type is not null && type != typeof(Module); type = type.BaseType)
                foreach (FieldInfo field in type.GetFields(members))
                    Assert.All(Parts(field.GetValue(module)), part => Assert.True(registered.Contains(part), $"{type.Name}.{field.Name} holds a {part.GetType().Name} that is not registered"));
    }

    static IEnumerable<object> Parts(object? value) => value switch
    {
        Module or ModuleTensor => [value],
        Module[][] branches => branches.SelectMany(b => b),
        IEnumerable<Module> modules => modules,
        _ => [],
    };

    /// <summary>Widths that leave a few channels; the deepest and widest networks get the smallest.</summary>
    static Classifier Tiny(string name, double width) => (Classifier)ModelRegistry.Find(name)!.Create(new(3, Rate(name), Width: width));

    /// <summary>
    /// The default, but for VGG: images this small are spread over the 7 x 7 that the dense layers take, so each pixel counts many times.
    /// </summary>
    static double Rate(string name) => name.StartsWith("vgg", StringComparison.Ordinal) && name != "vgg-slim" ? 0.002 : ModelRegistry.Find(name)!.Defaults.LearningRate;

    /// <summary>The smallest image on which every layer still has something to do.</summary>
    static int Side(string name) => name switch { "nin" => 96, "alexnet" => 64, _ when name.StartsWith("vgg", StringComparison.Ordinal) => 64, "shiftresnet20" or "regnetx32" => 16, _ => 32 };

    /// <summary>The derivative along a random direction in the space of all parameters and pixels, by the backward pass and by central differences.</summary>
    [Theory]
    [MemberData(nameof(Networks))]
    public void The_gradient_is_that_of_central_differences(string name)
    {
        Tensor.Seed(11);
        Classifier model = Tiny(name, 1.0 / 16);
        int side = Side(name);
        model.BuildFor((1, 1, side, side));
        model.To(DType.Float64);
        Tensor x = Tensor.RandN(4, 1, side, side).To(DType.Float64).WithGrad(), y = Tensor.From(0L, 1L, 2L, 0L);
        Tensor[] all = [x, .. model.Parameters];
        Tensor[] direction = [.. all.Select(t => Tensor.RandN(t.Shape).To(DType.Float64))];
        Loss().Backward();
        double along = all.Zip(direction, (t, d) => t.Grad is null ? 0 : (t.Grad * d).Sum().Item()).Sum();
        double step = 1e-6 / Math.Max(10, Math.Abs(along));         // short where the loss is steep: small batches make normalisation bend sharply
        double difference = (Moved(step) - Moved(-step)) / (2 * step);
        Assert.True(Math.Abs(along) > 1e-3, $"{name}: the derivative is {along}, too small to say anything");
        Assert.True(Math.Abs(along - difference) <= 1e-4 * Math.Max(1, Math.Abs(difference)), $"{name}: {along} by the backward pass, {difference} by differences");

        Tensor Loss()
        {
            Tensor.Seed(12);                           // the same elements are dropped each time
            return model.Loss(model.Call(x), y);
        }

        double Moved(double by)
        {
            using var _ = GradMode.NoGrad();
            foreach ((Tensor t, Tensor d) in all.Zip(direction)) t.AddInPlace(d * by);
            double loss = Loss().Item();
            foreach ((Tensor t, Tensor d) in all.Zip(direction)) t.SubInPlace(d * by);
            return loss;
        }
    }

    /// <summary>A few steps of the model's own optimiser on one batch of textures.</summary>
    [Theory]
    [MemberData(nameof(Networks))]
    public void The_loss_falls(string name)
    {
        Tensor.Seed(2);
        Classifier model = Tiny(name, name == "vgg-slim" ? 1.0 / 2 : 1.0 / 8);          // that one is slim already
        (Tensor x, Tensor y) = Textures(count: 12, size: Side(name));
        IOptimizer optimizer = model.ConfigureOptimizers();
        double first = 0, last = 0;
        for (int step = 0; step < 40; step++)
        {
            Tensor loss = model.Loss(model.Call(x), y);
            last = loss.Item();
            if (step == 0) first = last;
            optimizer.ZeroGrad();
            loss.Backward();
            optimizer.Step();
        }
        Assert.True(last < 0.8 * first, $"{name}: the loss went from {first} to {last}");
    }

    /// <summary>Global average pooling hardly sees where something is, so the samples differ in kind, not in place: stripes down, stripes across, checks.</summary>
    internal static (Tensor X, Tensor Y) Textures(int count, int size)
    {
        float[] pixels = new float[count * size * size];
        long[] labels = new long[count];
        for (int i = 0; i < count; i++)
        {
            labels[i] = i % 3;
            for (int r = 0; r < size; r++)
                for (int c = 0; c < size; c++)
                    pixels[(i * size + r) * size + c] = (labels[i] == 0 ? r + i / 3 : labels[i] == 1 ? c + i / 3 : (r ^ c) + i / 3) % 4 < 2 ? 1 : -1;
        }
        return (Tensor.From(pixels, (count, 1, size, size)), Tensor.From(labels));
    }
}
