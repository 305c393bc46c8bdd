// A shared library without tasks.

extern "C" int nothing() {
    return 0;
}
