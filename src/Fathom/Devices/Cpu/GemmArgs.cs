namespace Fathom.Devices.Cpu;

/// <summary>
/// One matrix product, <c>c[i, j] = sum over p of a[i, p] b[p, j]</c> for i &lt; M, j &lt; N, p &lt; K. Strides count elements.
/// </summary>
internal unsafe struct GemmArgs<T> where T : unmanaged
{
    public int M, N, K;

    /// <summary>The left matrix, M x K, at any strides: zero repeats a row or column, negative ones run backwards.</summary>
    public T* A;
    public nint ARow, ACol;

    /// <summary>The right matrix, K x N, at any strides.</summary>
    public T* B;
    public nint BRow, BCol;

    /// <summary>The right matrix of the next product, if that is known and lies as this one does: fetched into the cache meanwhile. Or null.</summary>
    public T* NextB;

    /// <summary>The result, M x N, with contiguous rows that start <see cref="CRow"/> elements apart. Overlaps neither input.</summary>
    public T* C;
    public nint CRow;

    /// <summary>Whether the product is added to what C holds, rather than written over it.</summary>
    public bool Accumulate;

    /// <summary>N values of which value j is added to column j, or null.</summary>
    public T* ColumnBias;

    /// <summary>M values of which value i is added to row i, or null.</summary>
    public T* RowBias;
}
