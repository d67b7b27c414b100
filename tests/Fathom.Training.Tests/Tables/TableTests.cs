using Fathom.Data.Tables;
using Fathom.Formats;
using Fathom.Tests;

namespace Fathom.Training.Tests.Tables;

/// <summary>The values are those that pandas 2 gives for the course's example, house_tiny.csv.</summary>
public class TableTests
{
    const string HouseTiny = "NumRooms,RoofType,Price\nNA,NA,127500\n2,NA,106000\n4,Slate,178100\nNA,NA,140000";

    static Table Houses => Table.ParseCsv(HouseTiny);

    static string Lines(params string[] lines) => string.Join('\n', lines);

    [Fact]
    public void Types_are_inferred_and_missing_values_seen()
    {
        Assert.Equal(["NumRooms", "RoofType", "Price"], Houses.Names);
        Assert.Equal([ColumnType.Number, ColumnType.Text, ColumnType.Integer], Houses.Columns.Select(c => c.Type));
        Assert.Equal([2, 3, 0], Houses.Columns.Select(c => c.MissingCount));
        Assert.Equal(Lines(
            "   NumRooms  RoofType   Price",
            "0       NaN       NaN  127500",
            "1       2.0       NaN  106000",
            "2       4.0     Slate  178100",
            "3       NaN       NaN  140000"), Houses.ToString());
    }

    [Fact]
    public void Inputs_are_encoded_filled_and_become_a_tensor()
    {
        Table inputs = Houses[.., 0..2].OneHot(missingIndicator: true);
        Assert.Equal(Lines(
            "   NumRooms  RoofType_Slate  RoofType_nan",
            "0       NaN           False          True",
            "1       2.0           False          True",
            "2       4.0            True         False",
            "3       NaN           False          True"), inputs.ToString());
        inputs = inputs.FillMean();
        Assert.Equal([3, 2, 4, 3], inputs["NumRooms"].Numbers());
        Tensor x = inputs.ToTensor(DType.Float64), y = Houses[.., ^1].ToTensor(DType.Float64);
        Assert.Equal(DType.Float64, x.DType);
        Assert.Equal(new[,] { { 3d, 0, 1 }, { 2, 0, 1 }, { 4, 1, 0 }, { 3, 0, 1 } }, x.ToArray2D<double>());
        Assert.Equal([127500, 106000, 178100, 140000], y.ToArray<double>());
    }

    [Fact]
    public void The_summary_is_that_of_describe()
    {
        Table summary = Houses.Summary();
        Assert.Equal(["NumRooms", "Price"], summary.Names);
        Assert.Equal(["count", "mean", "std", "min", "25%", "50%", "75%", "max"], summary.RowLabels);
        Assert.Equal([2, 3, Math.Sqrt(2), 2, 2.5, 3, 3.5, 4], summary["NumRooms"].Numbers());
        double[] price = summary["Price"].Numbers();
        Assert.Equal([4, 137900], price[..2]);
        Assert.Equal(Math.Sqrt(2746220000 / 3.0), price[2], 1e-9);
        Assert.Equal([106000, 122125, 133750, 149525, 178100], price[3..]);
        Assert.StartsWith("       NumRooms", summary.ToString());
        Assert.Contains("\n25%    2.500000", summary.ToString());
    }

    [Fact]
    public void Columns_and_rows_are_chosen_by_name_place_and_range()
    {
        Assert.Equal(["Price", "NumRooms"], Houses["Price", "NumRooms"].Names);
        Assert.Equal("Price", Houses[^1].Name);
        Assert.Equal(["RoofType", "Price"], Houses[1..3, 1..].Names);
        Assert.Equal([106000, 178100], Houses[1..3, 2].Numbers());
        Assert.Equal(2, Houses.Head(2).RowCount);
        Assert.Equal(4, Houses.Head().RowCount);
        Assert.Equal("140000", Houses.Tail(1)["Price"].Text(0));
        Assert.Equal([127500, 178100, 140000], Houses.Where("Price", p => p > 110000)["Price"].Numbers());
        Assert.Equal("2", Assert.Single(Houses.WhereText("RoofType", t => t == "Slate").RowLabels!));
        Assert.Equal(1, Houses.DropMissing().RowCount);
        Assert.Equal(["NumRooms", "Price"], Houses.Drop("RoofType").Names);
        Assert.Contains("NumRooms, RoofType, Price", Assert.Throws<ArgumentException>(() => Houses["Prize"]).Message);
        Assert.Throws<ArgumentException>(() => Houses.Drop("Prize"));
    }

    [Fact]
    public void Missing_values_are_filled_in_each_way()
    {
        Assert.Equal([-1, 2, 4, -1], Houses.Fill(-1)["NumRooms"].Numbers());
        Assert.Equal(["none", "none", "Slate", "none"], Enumerable.Range(0, 4).Select(Houses.Fill("none")["RoofType"].Text));
        Assert.Equal([double.NaN, 2, 4, 4], Houses.FillForward()["NumRooms"].Numbers());
        Assert.Equal([null, null, "Slate", "Slate"], Enumerable.Range(0, 4).Select(Houses.FillForward()["RoofType"].Text));
        Assert.Equal(2, Houses.FillForward("RoofType")["NumRooms"].MissingCount);
        Assert.Equal(3, Houses.Fill(-1)["RoofType"].MissingCount);
        Assert.Throws<InvalidOperationException>(() => Houses.Fill("none", "NumRooms"));
        Assert.Throws<InvalidOperationException>(() => Houses.Fill(0, "RoofType"));
    }

    [Fact]
    public void One_hot_without_indicator_leaves_missing_rows_false_and_takes_numbers_when_asked()
    {
        Assert.Equal(["NumRooms", "Price", "RoofType_Slate"], Houses.OneHot().Names);
        Table rooms = Houses.OneHot(columns: ["NumRooms"]);
        Assert.Equal(["RoofType", "Price", "NumRooms_2", "NumRooms_4"], rooms.Names);
        Assert.Equal([0, 1, 0, 0], rooms["NumRooms_2"].Numbers());
    }

    [Fact]
    public void Text_and_missing_values_do_not_slip_into_tensors()
    {
        Assert.Contains("RoofType", Assert.Throws<InvalidOperationException>(() => Houses.ToTensor()).Message);
        Assert.Contains("2 missing", Assert.Throws<InvalidOperationException>(() => Houses["NumRooms"].ToTensor(DType.Int64)).Message);
        Assert.True(double.IsNaN(Houses["NumRooms"].ToTensor().ToArray<double>()[0]));
        long big = (1L << 53) + 1;
        Assert.Equal(big, Column.Of("id", big).ToTensor(DType.Int64).Item<long>());
    }

    [Fact]
    public void Standardised_columns_have_mean_0_and_deviation_1()
    {
        Column rooms = Houses.Standardize()["NumRooms"];
        Assert.Equal(0, rooms.Mean(), 12);
        Assert.Equal(1, rooms.StandardDeviation(), 12);
        Assert.Equal(2, rooms.MissingCount);
        Assert.Equal([0, 0], new Table(Column.Of("a", 5, 5)).Standardize()["a"].Numbers());
    }

    [Fact]
    public void Files_are_read_back_as_they_were_written()
    {
        using TempFolder folder = new();
        Table table = new(Column.Of("a, \"b\"", "x,y", null, " \"q\"\n"), Column.Of("n", 1, double.NaN, 0.1 + 0.2), Column.Of("whole", 1L, -2, long.MaxValue), Column.Of("yes", true, false, true));
        table.WriteCsv(folder["t.csv"]);
        Table back = Table.ReadCsv(folder["t.csv"]);
        Assert.Equal(table.ToCsv(), back.ToCsv());
        Assert.Equal(table.Columns.Select(c => c.Type), back.Columns.Select(c => c.Type));
        Assert.Equal(0.1 + 0.2, back["n"].Number(2));
        Assert.Equal("x,y", back[0].Text(0));
    }

    [Fact]
    public void Types_separators_and_headers_can_be_given()
    {
        Table codes = Table.ParseCsv("zip;size\n00123; 4\n04567;-", new() { Separator = ';', MissingValues = ["-"], Types = new Dictionary<string, ColumnType> { ["zip"] = ColumnType.Text } });
        Assert.Equal("00123", codes["zip"].Text(0));
        Assert.Equal([4, double.NaN], codes["size"].Numbers());
        Assert.Equal(["0", "1"], Table.ParseCsv("1,2\n3,4", new() { HasHeader = false }).Names);
    }

    [Theory]
    [InlineData("", "is empty")]
    [InlineData("a,a\n1,2", "2 columns are called 'a'")]
    [InlineData("a,b\n1,2\n3", "line 3 has 1 fields; expected 2")]
    [InlineData("a\n\"x", "line 2 has a stray quotation mark")]
    public void What_is_malformed_is_said_where(string text, string message) =>
        Assert.Contains(message, Assert.Throws<DataFormatException>(() => Table.ParseCsv(text)).Message);

    [Fact]
    public void A_value_of_another_type_than_given_is_named()
    {
        CsvOptions options = new() { Types = new Dictionary<string, ColumnType> { ["a"] = ColumnType.Integer } };
        Assert.Contains("row 1 of column 'a' is '2.5'", Assert.Throws<DataFormatException>(() => Table.ParseCsv("a\n1\n2.5", options)).Message);
        Assert.Contains("has no column 'a'", Assert.Throws<ArgumentException>(() => Table.ParseCsv("b\n1", options)).Message);
        Assert.Throws<ArgumentException>(() => new Table(Column.Of("a", 1), Column.Of("b", 1, 2)));
    }

    [Fact]
    public void Long_tables_print_their_ends()
    {
        string text = new Table(Column.Of("n", [.. Enumerable.Range(0, 1000).Select(i => (long)i)])).ToString();
        Assert.Contains("[1000 rows x 1 columns]", text);
        Assert.Contains("\n999  999", text);
        Assert.Equal(14, text.Split('\n').Length);
    }
}
