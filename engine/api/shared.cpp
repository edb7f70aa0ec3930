// The shared library is the static one of this folder, whole.
