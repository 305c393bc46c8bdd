# Writes each ```cpp block of a document to a file of its own: <to>1.cpp, <to>2.cpp, ...
/^```cpp$/ { file = to (++count) ".cpp"; next }
/^```/ { file = "" }
file { print > file }
