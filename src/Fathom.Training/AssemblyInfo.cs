namespace Fathom.Training;
