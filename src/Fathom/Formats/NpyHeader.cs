using System.Globalization;

namespace Fathom.Formats;

/// <summary>The dictionary in the header of a .npy file: {'descr': '&lt;f4', 'fortran_order': False, 'shape': (2, 3), }.</summary>
readonly record struct NpyHeader(ElementType Type, bool BigEndian, bool FortranOrder, int[] Shape)
{
    static readonly (string Code, ElementType Type)[] Codes =
    [
        ("f4", ElementType.Float32), ("f8", ElementType.Float64), ("f2", ElementType.Float16), ("i8", ElementType.Int64), ("i4", ElementType.Int32),
        ("i2", ElementType.Int16), ("i1", ElementType.Int8), ("u8", ElementType.UInt64), ("u4", ElementType.UInt32), ("u2", ElementType.UInt16),
        ("u1", ElementType.UInt8), ("b1", ElementType.Bool), ("c8", ElementType.Complex64),
    ];

    /// <summary>The element type as NumPy writes it: a byte order sign, a letter, a size.</summary>
    public static string DescriptionOf(ElementType type)
    {
        string code = Array.Find(Codes, c => c.Type == type).Code
            ?? throw new ArgumentException($"NumPy has no element type for {type}; convert to Float32 first.", nameof(type));
        return (type.Size() == 1 ? '|' : '<') + code;
    }

    /// <summary>Reads the dictionary.</summary>
    public static NpyHeader Parse(string text, string name)
    {
        var tokens = new Tokens(text, name);
        (string? description, bool? fortran, int[]? shape) = (null, null, null);
        tokens.Expect('{');
        while (!tokens.TryTake('}'))
        {
            string key = tokens.TakeText();
            tokens.Expect(':');
            switch (key)
            {
                case "descr" when tokens.Peek is '\'' or '"': description = tokens.TakeText(); break;
                case "descr": throw tokens.Wrong("its elements are records of several fields", "plain numbers");
                case "fortran_order": fortran = tokens.TakeBool(); break;
                case "shape": shape = tokens.TakeTuple(); break;
                default: throw tokens.Wrong($"its header has the key '{key}'", "descr, fortran_order and shape");
            }
            if (!tokens.TryTake(',') && tokens.Peek != '}') tokens.Expect(',');
        }
        tokens.ExpectEnd();
        if (description is null || fortran is null || shape is null) throw tokens.Wrong("its header is incomplete", "descr, fortran_order and shape");
        (ElementType type, bool bigEndian) = TypeOf(description, tokens);
        return new NpyHeader(type, bigEndian, fortran.Value, shape);
    }

    static (ElementType Type, bool BigEndian) TypeOf(string description, Tokens tokens)
    {
        if (description.Length > 1 && "<>|=".Contains(description[0]))
            foreach ((string code, ElementType type) in Codes)
                if (description.AsSpan(1).SequenceEqual(code)) return (type, description[0] == '>');
        throw tokens.Wrong($"it holds elements of type '{description}'", "numbers of a plain type, as numpy.save(file, array.astype('float32')) writes");
    }

    /// <summary>The few Python literals that a header is made of.</summary>
    sealed class Tokens(string text, string name)
    {
        int _at;

        public char Peek
        {
            get
            {
                while (_at < text.Length && char.IsWhiteSpace(text[_at])) _at++;
                return _at < text.Length ? text[_at] : '\0';
            }
        }

        public bool TryTake(char sign)
        {
            if (Peek != sign || sign == '\0') return false;
            _at++;
            return true;
        }

        public void Expect(char sign)
        {
            if (!TryTake(sign)) throw Wrong($"its header cannot be read at character {_at}", $"'{sign}'");
        }

        public void ExpectEnd()
        {
            if (Peek != '\0') throw Wrong($"its header goes on at character {_at}", "the end");
        }

        public string TakeText()
        {
            char quote = Peek;
            int end = quote is '\'' or '"' ? text.IndexOf(quote, _at + 1) : -1;
            if (end < 0) throw Wrong($"its header cannot be read at character {_at}", "a text in quotes");
            string taken = text[(_at + 1)..end];
            _at = end + 1;
            return taken;
        }

        public bool TakeBool() => TakeWord() switch
        {
            "True" => true,
            "False" => false,
            string other => throw Wrong($"its header has fortran_order {other}", "True or False"),
        };

        public int[] TakeTuple()
        {
            List<int> sizes = [];
            Expect('(');
            while (!TryTake(')'))
            {
                string word = TakeWord();
                if (!int.TryParse(word.TrimEnd('L'), NumberStyles.None, CultureInfo.InvariantCulture, out int n)) throw Wrong($"its header has the size '{word}'", $"0 to {int.MaxValue}");
                sizes.Add(n);
                if (!TryTake(',') && Peek != ')') Expect(',');
            }
            return [.. sizes];
        }

        string TakeWord()
        {
            int start = Peek == '\0' ? text.Length : _at;
            while (_at < text.Length && !" \t\n,:()[]{}".Contains(text[_at])) _at++;
            return text[start.._at];
        }

        public DataFormatException Wrong(string problem, string expected) => new(name, problem, expected);
    }
}
