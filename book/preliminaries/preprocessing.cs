// # Data preprocessing
//
// Data seldom come as tensors. They come as tables: text and numbers in columns, with gaps. This lesson reads a small one, closes the gaps, and ends with two tensors.

using Fathom;
using Fathom.Data.Tables;

// ## Reading a table
//
// Four houses: the number of rooms, the kind of roof, the price. Where nobody knew, there is NA. So that there is a file to read, we write it first, into a folder of its own that is deleted
// at the end.

string folder = Directory.CreateTempSubdirectory("house").FullName;
string file = Path.Combine(folder, "house_tiny.csv");
File.WriteAllText(file, """
    NumRooms,RoofType,Price
    NA,NA,127500
    2,NA,106000
    4,Slate,178100
    NA,NA,140000
    """);

Table data = Table.ReadCsv(file);
Console.WriteLine(data);

// Each column has one type, the narrowest in which all its fields fit. Rooms became numbers with a fraction only because some are missing: whole numbers have no value that could stand for a gap.

foreach (Column column in data.Columns)
    Console.WriteLine($"{column.Name}: {column.Type}, {column.MissingCount} of {column.Count} missing");

// `Head` and `Summary` help to get to know a longer table; columns are had by name.

Console.WriteLine(data.Summary());
Console.WriteLine(data["NumRooms", "Price"].Head(2));

// ## Inputs and targets
//
// The price is what we want to predict, the rest is what we predict it from. Ranges select rows and columns, as with tensors.

Table inputs = data[.., ..2];
Column targets = data[^1];

// ## Text to numbers
//
// A kind of roof is text, and a network wants numbers. As with classes, each kind gets a column of its own with true where it applies: one-hot. That the roof is unknown is information too, and
// gets a column as well.

inputs = inputs.OneHot(missingIndicator: true);
Console.WriteLine(inputs);

// ## Closing gaps
//
// Rows with gaps can be left out. Of four houses one would remain:

Console.WriteLine(data.DropMissing());

// Or gaps are filled with a guess. For numbers the mean of the others is a common one: (2 + 4) / 2 = 3 rooms.

inputs = inputs.FillMean();
Console.WriteLine(inputs);

// Other guesses: a constant, or the value of the row above, which makes sense if rows are moments in time.

Console.WriteLine($"filled with 0: {string.Join(" ", data["NumRooms"].Fill(0).Numbers())}");
Console.WriteLine($"from above: {string.Join(" ", data["NumRooms"].FillForward().Numbers())}");

// ## To tensors
//
// Everything is a number now. Truth values become 0 and 1.

Tensor x = inputs.ToTensor(DType.Float64), y = targets.ToTensor(DType.Float64);
Console.WriteLine(x);
Console.WriteLine(y);

// Doubles keep prices exact; networks are usually trained with floats, the default. Columns of very different size, as rooms and prices, are best brought to mean 0 and standard deviation 1
// first, or one learning rate will not suit them all.

Console.WriteLine(data["NumRooms", "Price"].FillMean().Standardize());

Directory.Delete(folder, recursive: true);

// ## Exercises
//
// 1. Add a column with the name of the owner to the file. What does `OneHot` do to it? What would it do for a table of a million rows?
// 2. Find and delete the column with the most missing values, in one expression.
// 3. The mean is pulled up by one palace of a hundred rooms. Fill with the median instead: `Quantile(0.5)`.
// 4. Why must the mean that fills the gaps of the test data be that of the training data?
