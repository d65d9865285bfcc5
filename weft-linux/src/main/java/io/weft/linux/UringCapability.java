package io.weft.linux;

/** Something that io_uring can do, by its name and the kernel that brought it. */
record UringCapability(String name, KernelVersion since) {}
