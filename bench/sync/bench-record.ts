/** A student as a school's system has one; about 230 bytes. */
export function benchRecord(n: number): { key: string; data: Record<string, unknown> } {
  return {
    key: `student-${n}`,
    data: {
      id: n,
      firstName: `First ${n}`,
      lastName: `Last ${n * 7919}`,
      email: `student-${n}@school.example.edu`,
      programme: ['Informatics', 'Physics', 'History'][n % 3],
      semester: 1 + (n % 8),
      credits: (n * 5) % 180,
      isActive: n % 10 > 0,
      updatedAt: new Date(1_760_000_000_000 + n * 1000).toISOString(),
    },
  };
}
