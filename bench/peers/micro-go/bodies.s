// Lets the compiler take the functions of park.go that have no body.
