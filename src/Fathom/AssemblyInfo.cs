namespace Fathom;
