using System.Numerics;

namespace Fathom.Numerics.InitialValue;

/// <summary>A square matrix, real or complex, factorised by elimination with partial pivoting.</summary>
sealed class DenseLu<T> where T : struct, INumberBase<T>
{
    readonly T[] a;
    readonly int[] pivot;
    readonly int n;

    /// <summary>Factorises in place: the matrix is used up.</summary>
    internal DenseLu(T[] matrix, int n)
    {
        (a, this.n, pivot) = (matrix, n, new int[n]);
        for (int k = 0; k < n; k++)
        {
            Exchange(k);
            if (T.IsZero(a[k * n + k])) IsSingular = true;
            else Eliminate(k);
        }
    }

    internal bool IsSingular { get; private set; }

    internal void Solve(Span<T> b)
    {
        for (int k = 0; k < n; k++) (b[k], b[pivot[k]]) = (b[pivot[k]], b[k]);
        for (int i = 1; i < n; i++)
            for (int j = 0; j < i; j++) b[i] -= a[i * n + j] * b[j];
        for (int k = n - 1; k >= 0; k--)
        {
            for (int j = k + 1; j < n; j++) b[k] -= a[k * n + j] * b[j];
            b[k] /= a[k * n + k];
        }
    }

    void Exchange(int k)
    {
        int best = k;
        for (int i = k + 1; i < n; i++)
            if (!T.IsZero(a[i * n + k]) && T.MaxMagnitude(a[i * n + k], a[best * n + k]) != a[best * n + k]) best = i;
        pivot[k] = best;
        if (best == k) return;
        for (int j = 0; j < n; j++) (a[k * n + j], a[best * n + j]) = (a[best * n + j], a[k * n + j]);
    }

    void Eliminate(int k)
    {
        for (int i = k + 1; i < n; i++)
        {
            T factor = a[i * n + k] /= a[k * n + k];
            if (T.IsZero(factor)) continue;
            for (int j = k + 1; j < n; j++) a[i * n + j] -= factor * a[k * n + j];
        }
    }
}
