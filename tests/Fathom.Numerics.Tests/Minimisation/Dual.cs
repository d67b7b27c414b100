namespace Fathom.Numerics.Tests.Minimisation;

/// <summary>A number and its derivatives by all variables: gives the test functions exact gradients without the engine.</summary>
sealed record Dual(double V, double[] G)
{
    public static implicit operator Dual(double v) => new(v, []);

    public static Dual operator +(Dual a, Dual b) => Chain(a.V + b.V, a, 1, b, 1);

    public static Dual operator -(Dual a, Dual b) => Chain(a.V - b.V, a, 1, b, -1);

    public static Dual operator -(Dual a) => Chain(-a.V, a, -1, a, 0);

    public static Dual operator *(Dual a, Dual b) => Chain(a.V * b.V, a, b.V, b, a.V);

    public static Dual operator /(Dual a, Dual b) => Chain(a.V / b.V, a, 1 / b.V, b, -a.V / (b.V * b.V));

    public static Dual Exp(Dual a) => Chain(Math.Exp(a.V), a, Math.Exp(a.V), a, 0);

    public static Dual Log(Dual a) => Chain(Math.Log(a.V), a, 1 / a.V, a, 0);

    public static Dual Sin(Dual a) => Chain(Math.Sin(a.V), a, Math.Cos(a.V), a, 0);

    public static Dual Cos(Dual a) => Chain(Math.Cos(a.V), a, -Math.Sin(a.V), a, 0);

    public static Dual Atan(Dual a) => Chain(Math.Atan(a.V), a, 1 / (1 + a.V * a.V), a, 0);

    public static Dual Pow(Dual a, double p) => Chain(Math.Pow(a.V, p), a, p * Math.Pow(a.V, p - 1), a, 0);

    public static Dual Abs(Dual a) => a.V < 0 ? -a : a;

    public static Dual Sum(IEnumerable<Dual> terms) => terms.Aggregate((Dual)0.0, (a, b) => a + b);

    public static Dual[] Variables(double[] x) => [.. x.Select((v, i) =>
    {
        var g = new double[x.Length];
        g[i] = 1;
        return new Dual(v, g);
    })];

    static Dual Chain(double v, Dual a, double da, Dual b, double db)
    {
        var g = new double[Math.Max(a.G.Length, b.G.Length)];
        for (int i = 0; i < a.G.Length; i++) g[i] = da * a.G[i];
        for (int i = 0; i < b.G.Length; i++) g[i] += db * b.G[i];
        return new(v, g);
    }
}
