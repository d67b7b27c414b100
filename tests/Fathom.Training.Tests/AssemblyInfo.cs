// Training draws from the common random stream, tests set the number of threads, and one measures the memory of all tensors.
[assembly: Xunit.CollectionBehavior(DisableTestParallelization = true)]
