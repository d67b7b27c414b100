// Models draw from the common random stream, which tests seed.
[assembly: Xunit.CollectionBehavior(DisableTestParallelization = true)]
