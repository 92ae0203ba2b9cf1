/** Seconds that the processes of a killed sweep may take to notice, and to let go of their trials. */
export const orphanPatience = 60;
