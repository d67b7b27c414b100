using System.Reflection;
using Microsoft.CodeAnalysis;

namespace Fathom.Book;

/// <summary>What a lesson is compiled against: .NET, the assemblies of Fathom and what these need, and nothing else of the program that runs it.</summary>
internal static class LessonReferences
{
    /// <summary>The using directives that every C# project begins with.</summary>
    public const string ImplicitUsings =
        "global using System; global using System.Collections.Generic; global using System.IO; global using System.Linq; global using System.Net.Http; " +
        "global using System.Threading; global using System.Threading.Tasks;";

    static readonly Assembly[] Roots =
        [typeof(Tensor).Assembly, typeof(Training.Trainer).Assembly, typeof(Models.ModelRegistry).Assembly, typeof(Numerics.Polynomial).Assembly];

    static readonly string Framework = Path.GetDirectoryName(typeof(object).Assembly.Location)!;

    /// <summary>The files of Fathom and of the packages it needs.</summary>
    public static IReadOnlyList<string> Files { get; } = Closure();

    /// <summary>All that the compiler refers to; read once.</summary>
    public static IReadOnlyList<MetadataReference> All { get; } =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(p => Path.GetDirectoryName(p) == Framework).Concat(Files)
            .Select(p => MetadataReference.CreateFromFile(p)),
    ];

    static List<string> Closure()
    {
        var found = new Dictionary<string, Assembly>();
        var waiting = new Stack<Assembly>(Roots);
        while (waiting.TryPop(out Assembly? assembly))
        {
            if (Path.GetDirectoryName(assembly.Location) == Framework || !found.TryAdd(assembly.Location, assembly)) continue;
            foreach (AssemblyName name in assembly.GetReferencedAssemblies()) waiting.Push(Assembly.Load(name));
        }
        return [.. found.Keys];
    }
}
