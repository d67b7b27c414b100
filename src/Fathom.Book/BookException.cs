namespace Fathom.Book;

/// <summary>Something is wrong with the book or a lesson; the message names the file, what is wrong and how to mend it.</summary>
public sealed class BookException : Exception
{
    /// <summary>An error with a message for the reader.</summary>
    public BookException(string message) : base(message) { }

    /// <summary>An error with a message for the reader and what caused it.</summary>
    public BookException(string message, Exception inner) : base(message, inner) { }
}
