namespace Fathom.Models;
