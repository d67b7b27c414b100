namespace Fathom.Tests.Golden;

public class GoldenFileTests
{
    [Fact]
    public void Every_file_reads_and_every_tensor_has_as_many_elements_as_its_shape_says()
    {
        foreach (GoldenFile file in new[] { GoldenFile.Layers, GoldenFile.Losses, GoldenFile.Optimisers, GoldenFile.Tensors, GoldenFile.Printing })
        {
            Assert.NotEmpty(file.Cases);
            foreach (GoldenCase c in file.Cases) CheckTensors(c.Json);
        }
    }

    [Fact]
    public void Numbers_that_json_lacks_are_read()
    {
        double[] values = GoldenFile.Printing["nan in scientific"].Tensor("tensor").Values;
        Assert.Equal([double.NaN, 1e-7, 1.0, double.NegativeInfinity], values);
    }

    [Fact]
    public void An_unknown_case_is_named_in_the_message()
    {
        KeyNotFoundException e = Assert.Throws<KeyNotFoundException>(() => GoldenFile.Layers["no such"]);
        Assert.Contains("no such", e.Message);
    }

    static void CheckTensors(System.Text.Json.JsonElement e)
    {
        if (e.ValueKind == System.Text.Json.JsonValueKind.Array)
        {
            foreach (var item in e.EnumerateArray()) CheckTensors(item);
        }
        else if (e.ValueKind == System.Text.Json.JsonValueKind.Object && e.TryGetProperty("data", out var data) && data.ValueKind == System.Text.Json.JsonValueKind.Array)
        {
            GoldenTensor t = new(e);
            Assert.Equal(t.Shape.Aggregate(1, (a, b) => a * b), t.Values.Length);
        }
        else if (e.ValueKind == System.Text.Json.JsonValueKind.Object)
        {
            foreach (var p in e.EnumerateObject()) CheckTensors(p.Value);
        }
    }
}
